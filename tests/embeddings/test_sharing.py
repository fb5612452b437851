"""The lock that readers share."""

from threading import Barrier, Event, Thread

from embeddings.sharing import ReadWriteLock


def test_two_readers_hold_it_at_once():
    lock, both = ReadWriteLock(), Barrier(2, timeout=10)

    def read() -> None:
        with lock.reading():
            both.wait()

    readers = [Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(10)
    assert not both.broken


def test_a_writer_waits_for_readers_and_goes_before_new_ones():
    lock, order, asked = ReadWriteLock(), [], Event()

    def write() -> None:
        asked.set()
        with lock.writing():
            order.append("writer")

    def read() -> None:
        with lock.reading():
            order.append("late reader")

    with lock.reading():
        writer = Thread(target=write)
        writer.start()
        asked.wait(10)
        while not lock._writers_waiting:  # the writer is now in line
            pass
        late = Thread(target=read)
        late.start()
        late.join(0.05)
        order.append("first reader")
    writer.join(10)
    late.join(10)
    assert order == ["first reader", "writer", "late reader"]


def test_an_error_inside_frees_it():
    lock = ReadWriteLock()
    for hold in (lock.reading, lock.writing):
        try:
            with hold():
                raise KeyError
        except KeyError:
            pass
    with lock.writing():
        pass
