// What plays, as it sounds now: a live spectrum on a canvas.

const N_BARS = 28;
const LOWEST_HZ = 40;
const HIGHEST_HZ = 14000;

export class Spectrum {
  #canvas;
  #levels = new Float32Array(N_BARS);
  #isDrawing = false;

  constructor(canvas) {
    this.#canvas = canvas;
  }

  /** Draw what an analyser hears, as long as something plays. */
  watch(analyser, isPlaying) {
    if (this.#isDrawing || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.#isDrawing = true;
    const bins = new Uint8Array(analyser.frequencyBinCount);
    const step = () => {
      analyser.getByteFrequencyData(bins);
      const loudest = this.#measure(bins, analyser.context.sampleRate);
      this.#draw();
      this.#isDrawing = isPlaying() || loudest > 0.01;
      if (this.#isDrawing) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  /** Gather the bins into bars of equal musical width; bars fall more slowly than they rise. */
  #measure(bins, sampleRate) {
    const hertzPerBin = sampleRate / 2 / bins.length;
    let loudest = 0;
    for (let bar = 0; bar < N_BARS; bar += 1) {
      const edge = (position) => (LOWEST_HZ * (HIGHEST_HZ / LOWEST_HZ) ** (position / N_BARS)) / hertzPerBin;
      const [first, last] = [Math.floor(edge(bar)), Math.max(Math.floor(edge(bar)) + 1, Math.ceil(edge(bar + 1)))];
      let level = 0;
      for (let bin = first; bin < last && bin < bins.length; bin += 1) level = Math.max(level, bins[bin] / 255);
      this.#levels[bar] = Math.max(level, this.#levels[bar] * 0.9);
      loudest = Math.max(loudest, this.#levels[bar]);
    }
    return loudest;
  }

  #draw() {
    const canvas = this.#canvas;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
    if (!width || !height) return;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, width, height);
    pen.fillStyle = getComputedStyle(canvas).color;
    const step = width / N_BARS;
    for (let bar = 0; bar < N_BARS; bar += 1) {
      const size = Math.max(2 * ratio, this.#levels[bar] ** 1.6 * height);
      pen.globalAlpha = 0.35 + 0.65 * this.#levels[bar];
      pen.beginPath();
      pen.roundRect(bar * step + step * 0.15, height - size, step * 0.7, size, step * 0.3);
      pen.fill();
    }
  }
}
