"""MusiCNN as its authors published it: their code, their weights, TensorFlow. `benchmarks/hearing.py` runs this.

    python3 -m venv away && away/bin/pip install tensorflow==2.21.0 tf_keras==2.21.0

The code is taken out of the wheel and is not kept. Each line that comes in is a size of batches; the answer is the CPU
time in seconds for the first nine patches, on one thread. After the last line the vectors of all are written.
"""

import os
import sys
import time
import zipfile
from pathlib import Path

os.environ |= {
    "TF_USE_LEGACY_KERAS": "1",
    "TF_ENABLE_ONEDNN_OPTS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
}

import numpy as np
import tensorflow as tf

MODEL = "MSD_musicnn"


def main(wheel: str, scratch: str) -> None:
    folder = Path(scratch)
    with zipfile.ZipFile(wheel) as content:
        content.extractall(folder)
    sys.path.insert(0, scratch)
    (folder / "musicnn" / "__init__.py").write_text("")  # the authors' own imports librosa of that time
    from musicnn import models

    patches = np.load(folder / "patches.npy")
    with tf.name_scope("model"):
        x = tf.compat.v1.placeholder(tf.float32, [None, *patches.shape[1:]])
        is_training = tf.compat.v1.placeholder(tf.bool)
        vectors = models.define_model(x, is_training, MODEL, 50)[-1]
    one_core = tf.compat.v1.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
    session = tf.compat.v1.Session(config=one_core)
    tf.compat.v1.train.Saver().restore(session, f"{folder}/musicnn/{MODEL}/")

    def heard(batch: int, n_patches: int) -> np.ndarray:
        parts = [patches[start : start + batch] for start in range(0, n_patches, batch)]
        return np.concatenate([session.run(vectors, {x: part, is_training: False}) for part in parts])

    print("ready", flush=True)
    for line in sys.stdin:
        begin = time.process_time()
        heard(int(line), 9)
        print(time.process_time() - begin, flush=True)
    np.save(folder / "vectors.npy", heard(9, len(patches)))


if __name__ == "__main__":
    tf.compat.v1.disable_eager_execution()
    main(*sys.argv[1:])
