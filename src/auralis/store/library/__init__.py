"""The library itself, as scans and analyses write it: folders, tracks, names, figures, problems, fingerprints."""
