"""The memory cache keeps to its bytes and to what was used last."""

from hypothesis import given
from hypothesis import strategies as st

from auralis.cache import MemoryCache


def cache_of(budget: int) -> MemoryCache[bytes]:
    return MemoryCache(budget, len)


def test_gives_back_what_was_put():
    cache = cache_of(100)
    cache.put("a", b"one")
    assert cache.get("a") == b"one"
    assert cache.get("b") is None


def test_evicts_the_least_recently_used_first():
    cache = cache_of(30)
    for name in "abc":
        cache.put(name, bytes(10))
    cache.get("a")
    cache.put("d", bytes(10))
    assert "a" in cache
    assert "b" not in cache


def test_a_value_over_the_budget_is_not_held_and_evicts_nothing():
    cache = cache_of(30)
    cache.put("a", bytes(10))
    cache.put("big", bytes(31))
    assert "a" in cache
    assert "big" not in cache


def test_replacing_a_value_counts_only_the_new_bytes():
    cache = cache_of(30)
    cache.put("a", bytes(20))
    cache.put("a", bytes(5))
    assert cache.stats().bytes == 5


def test_counts_hits_misses_and_evictions():
    cache = cache_of(10)
    cache.put("a", bytes(10))
    cache.get("a")
    cache.get("x")
    cache.put("b", bytes(10))
    stats = cache.stats()
    assert (stats.hits, stats.misses, stats.evictions, stats.entries, stats.bytes) == (1, 1, 1, 1, 10)
    assert stats.hit_rate == 0.5
    assert stats.to_dict()["hit_rate"] == 0.5


def test_clear_forgets_everything():
    cache = cache_of(100)
    cache.put("a", bytes(10))
    cache.clear()
    assert cache.get("a") is None
    assert cache.stats().bytes == 0


def test_remove_forgets_one_and_tolerates_none():
    cache = cache_of(100)
    cache.put("a", bytes(10))
    cache.remove("a")
    cache.remove("a")
    assert cache.stats().bytes == 0


@given(st.lists(st.tuples(st.sampled_from("abcdefg"), st.integers(0, 40)), max_size=60))
def test_never_exceeds_its_budget_and_counts_exactly(puts: list[tuple[str, int]]):
    cache = cache_of(60)
    for name, size in puts:
        cache.put(name, bytes(size))
        held = {key: value for key in "abcdefg" if key in cache and (value := cache.get(key)) is not None}
        assert cache.stats().bytes == sum(map(len, held.values())) <= 60
