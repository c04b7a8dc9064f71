"""Faults that are injected: processes killed, lines cut, disks full, clocks moved.

Short in `make test`; as often as docs/reliability.md says in `make test-faults`. All of it is on
the loopback.
"""
