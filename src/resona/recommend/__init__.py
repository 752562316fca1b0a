"""Query → list: the stage that answers."""

from resona.recommend.catalogue import Catalogue
from resona.recommend.export import export_distances, export_embeddings
from resona.recommend.queries import Query, resolve
from resona.recommend.ranking import Ranker
from resona.recommend.recommend import Recommendation, Recommendations, Request, recommend

__all__ = [
    "Catalogue",
    "Query",
    "Ranker",
    "Recommendation",
    "Recommendations",
    "Request",
    "export_distances",
    "export_embeddings",
    "recommend",
    "resolve",
]
