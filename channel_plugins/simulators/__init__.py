"""Local servers that behave like the services channels talk to, faults included. Nothing here reaches the network.

    loa simulate facebook --port 8201

starts one by hand; tests and the demonstration start them with `server.running`.
"""
