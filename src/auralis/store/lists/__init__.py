"""The library as it is read: lists in order, pages, single things, search."""
