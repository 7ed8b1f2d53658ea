"""
A stand-in for the Runflow API, as a program of its own.

It speaks HTTP and JSON and imports nothing else of Plantain, so that a mistake in the client
cannot hide behind the same mistake here. Start it with `python -m lib.sandbox`.
"""
