"""Gaussian mixtures in scikit-learn: one JSON request a line, one JSON answer a line. See bench/gmm-em.ts."""

import json
import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

warnings.simplefilter("ignore", ConvergenceWarning)


def fit(request):
    """Takes so many iterations of EM from the given start, and times them."""
    x = np.fromfile(request["data"], np.float32).reshape(request["rows"], request["columns"])
    x = np.ascontiguousarray(x, dtype=request["dtype"])
    start = request["start"]
    model = GaussianMixture(
        len(start["weights"]),
        tol=0,
        max_iter=request["iterations"],
        weights_init=np.asarray(start["weights"]),
        means_init=np.asarray(start["means"]),
        precisions_init=np.linalg.inv(start["covariances"]),
        init_params="random_from_data",  # the cheapest there is; the start above takes its place
        random_state=0,
    )
    with threadpool_limits(request["threads"]):  # None: as many threads as there are processors
        begin = time.perf_counter()
        model.fit(x)
        seconds = time.perf_counter() - begin
    return {
        "seconds": seconds,
        "logLikelihood": float(model.score(x.astype(np.float64))),
        "version": sklearn.__version__,
    }


for line in sys.stdin:
    print(json.dumps(fit(json.loads(line))), flush=True)
