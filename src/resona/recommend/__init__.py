"""Which tracks are most like these? Query → list: the stage that answers."""

from resona.recommend.catalogue.catalogue import Catalogue
from resona.recommend.catalogue.graph import Graph
from resona.recommend.catalogue.ranking import Ranker
from resona.recommend.export import export_distances, export_embeddings, export_features, word_columns
from resona.recommend.filters.exclusions import Exclusions
from resona.recommend.groups import SimilarGroup, SimilarGroups, nearest_to_mean, similar_groups
from resona.recommend.mixes.mixes import Mix, Way, draw_mix, find_path, split_library
from resona.recommend.queries.resolve import Query, resolve
from resona.recommend.reasons.reasons import Reasons, explain_tracks, shared_words
from resona.recommend.recommend import needs_all, recommend, recommend_nearby
from resona.recommend.request import Recommendation, Recommendations, Request
from resona.recommend.versions.versions import Versions, list_versions
from resona.recommend.words.find import Found, Match, find

__all__ = [
    "Catalogue",
    "Exclusions",
    "Found",
    "Graph",
    "Match",
    "Mix",
    "Query",
    "Ranker",
    "Reasons",
    "Recommendation",
    "Recommendations",
    "Request",
    "SimilarGroup",
    "SimilarGroups",
    "Versions",
    "Way",
    "draw_mix",
    "explain_tracks",
    "export_distances",
    "export_embeddings",
    "export_features",
    "find",
    "find_path",
    "list_versions",
    "nearest_to_mean",
    "needs_all",
    "recommend",
    "recommend_nearby",
    "resolve",
    "shared_words",
    "similar_groups",
    "split_library",
    "word_columns",
]
