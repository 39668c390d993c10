"""The tap: frames written straight to the transport of a server that is known and was tested.

`choose` gives a socket its outlet, `uvicorn` and `daphne` know their server, `probe` is the test.
"""
