// Draws the map's points: with WebGL, tens of thousands at sixty frames a second; without, on a plain canvas.

const VERTEX = `
attribute vec2 place; attribute float group;
uniform vec2 offset, zoom; uniform float size, groups, only;
uniform sampler2D palette; varying vec4 colour;
void main() {
  gl_Position = vec4((place + offset) * zoom, 0.0, 1.0);
  gl_PointSize = size;
  float faded = (only < 0.0 || abs(group - only) < 0.5) ? 0.82 : 0.05;
  colour = vec4(texture2D(palette, vec2((group + 0.5) / groups, 0.5)).rgb, faded);
}`;

const FRAGMENT = `
precision mediump float; varying vec4 colour;
void main() {
  float edge = length(gl_PointCoord - 0.5);
  gl_FragColor = vec4(colour.rgb, colour.a * (1.0 - smoothstep(0.38, 0.5, edge)));
}`;

/** Colours that are told apart side by side, also by those who see few: the largest genres have one each. */
const COLOURS = ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#ee7733", "#009988", "#8c564b", "#f781bf"];
const OTHER = "#9a98a3"; // of smaller genres, and of none

/** Give the colours of genres, the largest first after that of none. */
export function genreColours(n) { return Array.from({ length: n }, (_, genre) => COLOURS[genre - 1] ?? OTHER); }

function rgb(colour) { return [1, 3, 5].map((place) => Number.parseInt(colour.slice(place, place + 2), 16)); }

export class Painter {
  only = null;
  #canvas; #x; #y; #group; #colours;
  #gl; #uniforms = {};

  constructor(canvas, x, y) {
    [this.#canvas, this.#x, this.#y] = [canvas, x, y];
    this.#gl = canvas.getContext("webgl", { antialias: false, premultipliedAlpha: false, preserveDrawingBuffer: true });
    if (this.#gl) this.#prepare();
  }

  /** Give each point the colour of its group. */
  colour(groups, colours) {
    [this.#group, this.#colours, this.only] = [groups, colours, null];
    if (this.#gl) this.#fill();
  }

  /** Whether a point is one of those that are shown. */
  shows(index) { return this.only === null || this.only === this.#group[index]; }

  /** Draw: `x`, `y` shift the map, `unit` is how many pixels 1 is long across and down, `lit` the point to show larger. */
  draw({ x, y, unit, scale, lit }) {
    const canvas = this.#canvas;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
    if (!width || !height) return;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const crowd = Math.min(1, Math.max(0.25, (3000 / this.#x.length) ** 0.3));
    const size = Math.min(26, 9 * crowd * Math.max(1, scale) ** 0.45) * ratio;
    const view = { x, y, unit: unit.map((length) => length * ratio), size, width, height };
    if (this.#gl) this.#paint(view, lit);
    else this.#plain(view);
  }

  #prepare() {
    const gl = this.#gl;
    const program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    gl.useProgram(program);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    for (const [name, length, start] of [["place", 2, 0], ["group", 1, 8]]) {
      const where = gl.getAttribLocation(program, name);
      gl.enableVertexAttribArray(where);
      gl.vertexAttribPointer(where, length, gl.FLOAT, false, 12, start);
    }
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    for (const [name, value] of [[gl.TEXTURE_MIN_FILTER, gl.NEAREST], [gl.TEXTURE_MAG_FILTER, gl.NEAREST], [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE], [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE]]) gl.texParameteri(gl.TEXTURE_2D, name, value);
    gl.enable(gl.BLEND);
    gl.blendFuncSeparate(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    for (const name of ["offset", "zoom", "size", "groups", "only"]) this.#uniforms[name] = gl.getUniformLocation(program, name);
  }

  #fill() {
    const gl = this.#gl;
    const points = new Float32Array(this.#x.length * 3);
    for (let i = 0; i < this.#x.length; i += 1) points.set([this.#x[i], this.#y[i], this.#group[i]], i * 3);
    gl.bufferData(gl.ARRAY_BUFFER, points, gl.STATIC_DRAW);
    const palette = new Uint8Array(this.#colours.flatMap((colour) => [...rgb(colour), 255]));
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, this.#colours.length, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, palette);
  }

  #paint({ x, y, unit, size, width, height }, lit) {
    const gl = this.#gl;
    const { offset, zoom, groups, only } = this.#uniforms;
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform2f(offset, x, y);
    gl.uniform2f(zoom, (2 * unit[0]) / width, (-2 * unit[1]) / height);
    gl.uniform1f(groups, this.#colours.length);
    gl.uniform1f(only, this.only ?? -1);
    gl.uniform1f(this.#uniforms.size, size);
    gl.drawArrays(gl.POINTS, 0, this.#x.length);
    if (lit < 0) return;
    gl.uniform1f(this.#uniforms.size, size * 2.2);
    gl.drawArrays(gl.POINTS, lit, 1);
  }

  #plain({ x, y, unit, size, width, height }) {
    const pen = this.#canvas.getContext("2d");
    pen.clearRect(0, 0, width, height);
    for (let i = 0; i < this.#x.length; i += 1) {
      pen.globalAlpha = this.shows(i) ? 0.85 : 0.06;
      pen.fillStyle = this.#colours[this.#group[i]];
      pen.fillRect((this.#x[i] + x) * unit[0] + width / 2 - size / 2, (this.#y[i] + y) * unit[1] + height / 2 - size / 2, size, size);
    }
  }
}
