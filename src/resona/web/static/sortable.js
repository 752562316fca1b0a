// A list that is put in order by hand: drag by the handle, also with a finger, or move by arrow keys and buttons.

import { h, icon, iconButton } from "./dom.js";
import { text } from "./texts.js";

const EDGE = 90; // pixels from the window's edge where a drag scrolls
const STEP = 14;

export class Sortable {
  #wanted = null; // the place of the handle that is being moved by keys
  #redraw;
  isDragged = false; // let it be until it is dropped
  element;

  /** `redraw` is called where nothing was moved in the end. */
  constructor(label, redraw) {
    this.#redraw = redraw;
    this.element = h("ol", { class: "list sortable", "aria-label": label });
  }

  /** Show lines: `{line, title, move(to), remove()}` each; the focus stays on the handle that had it, wherever it goes. */
  fill(items, first = 0) {
    const focus = this.#handles().indexOf(document.activeElement);
    this.element.replaceChildren(...items.map((item, index) => this.#line(item, index, first, items.length)));
    const wanted = this.#wanted ?? focus;
    this.#wanted = null;
    if (focus >= 0) queueMicrotask(() => this.#handles()[Math.min(wanted, items.length - 1)]?.focus()); // once it is in its place again
  }

  #handles() { return [...this.element.querySelectorAll(".grip")]; }

  #line({ line, title, move, remove }, index, first, n) {
    const handle = h("button", { type: "button", class: "round grip", "aria-label": text("sort.handle", { title, n: first + index + 1 }),
      onkeydown: (event) => {
        const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (!step) return;
        event.preventDefault();
        if (index + step < 0 || index + step >= n) return;
        this.#wanted = index + step;
        move(index + step);
      },
      onpointerdown: (event) => this.#drag(event, index, move) }, icon("grip"));
    line.prepend(handle);
    line.querySelector(".actions").replaceChildren(
      iconButton("up", text("sort.up", { title }), () => move(index - 1), { class: "round step", disabled: index === 0 }),
      iconButton("down", text("sort.down", { title }), () => move(index + 1), { class: "round step", disabled: index === n - 1 }),
      iconButton("remove", text("sort.remove", { title }), remove, { disabled: !remove }));
    return line;
  }

  #drag(event, from, move) {
    event.preventDefault();
    const handle = event.currentTarget;
    const line = handle.closest(".row");
    const others = [...this.element.children];
    const bottoms = others.map((other) => other.getBoundingClientRect().bottom + scrollY); // before anything moves
    const top = scrollY;
    let to = from;
    handle.onpointermove = (moved) => {
      to = bottoms.findIndex((bottom) => moved.clientY + scrollY < bottom);
      if (to < 0) to = others.length - 1;
      if (moved.clientY < EDGE) scrollBy(0, -STEP);
      if (moved.clientY > innerHeight - EDGE) scrollBy(0, STEP);
      line.style.transform = `translateY(${moved.clientY - event.clientY + scrollY - top}px)`;
      others.forEach((other, index) => other.classList.toggle("target", index === to && to !== from));
    };
    handle.onpointerup = handle.onpointercancel = (lifted) => {
      handle.onpointermove = handle.onpointerup = handle.onpointercancel = null;
      line.classList.remove("dragged");
      line.style.transform = "";
      others.forEach((other) => other.classList.remove("target"));
      this.isDragged = false;
      if (lifted.type === "pointerup" && to !== from) move(to);
      else this.#redraw();
    };
    this.isDragged = true;
    line.classList.add("dragged");
    handle.setPointerCapture(event.pointerId);
  }
}
