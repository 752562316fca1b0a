"""A real supysonic over a folder of music: `python supysonic_server.py MUSIC DATABASE PORT_FILE`."""

import sys
from pathlib import Path

from supysonic.config import DefaultConfig
from supysonic.db import close_connection, open_connection
from supysonic.managers.folder import FolderManager
from supysonic.managers.user import UserManager
from supysonic.scanner import Scanner
from supysonic.web import create_application
from werkzeug.serving import make_server


def main() -> None:
    """Serve until killed; the port is written to the file."""
    music, database, port_file = map(Path, sys.argv[1:])
    DefaultConfig.BASE["database_uri"] = f"sqlite:///{database}"
    DefaultConfig.WEBAPP |= {"cache_dir": str(database.parent / "cache"), "mount_webui": False}

    application = create_application(DefaultConfig)
    open_connection(reuse=True)
    UserManager.add("ada", "lovelace", admin=True)
    FolderManager.add("Music", str(music))
    scanner = Scanner()
    scanner.queue_folder("Music")
    scanner.run()
    close_connection()
    server = make_server("127.0.0.1", 0, application, threaded=True)
    port_file.with_suffix(".new").write_text(str(server.server_port))
    port_file.with_suffix(".new").rename(port_file)
    server.serve_forever()


if __name__ == "__main__":
    main()
