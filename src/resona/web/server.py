"""Serving the application on a socket that is open already, until somebody interrupts."""

import socket

import uvicorn
from fastapi import FastAPI
from threadpoolctl import threadpool_limits


def run_server(app: FastAPI, door: socket.socket) -> None:
    """Answer requests that come in at `door`; Ctrl-C ends it, and open answers get two seconds.

    Requests run beside each other, so each may use one thread for its matrix products: threads of BLAS that wait for
    each other cost more time than they save. Of proxies, only those are believed that the application's `Access` names.
    """
    config = uvicorn.Config(
        app, log_level="warning", server_header=False, proxy_headers=False, timeout_graceful_shutdown=2
    )
    warming = app.state.shared.warm()
    try:
        with threadpool_limits(1, user_api="blas"):
            uvicorn.Server(config).run(sockets=[door])
    finally:
        warming.join()  # it reads from the library, which is closed next
