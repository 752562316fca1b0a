"""Serving the application on a socket that is open already, until somebody interrupts."""

import socket

import uvicorn
from fastapi import FastAPI


def run_server(app: FastAPI, door: socket.socket) -> None:
    """Answer requests that come in at `door`; Ctrl-C ends it, and open answers get two seconds."""
    config = uvicorn.Config(app, log_level="warning", server_header=False, timeout_graceful_shutdown=2)
    uvicorn.Server(config).run(sockets=[door])
