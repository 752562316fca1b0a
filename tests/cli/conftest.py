from made import catalogue, made, made_path

__all__ = ["catalogue", "made", "made_path"]
