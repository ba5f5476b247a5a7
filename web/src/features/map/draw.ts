/** Draws the map: a dot a track, coloured by what was asked for, rings around what plays and what is pointed at. */

import { onScreen, type Places, type Point, type Size, type View } from "./geometry";

export interface Look {
  /** 0..1 a place, or null: all in one colour. */
  shares: readonly number[] | null;
  current: number;
  pointed: number;
  chosen: ReadonlySet<string>;
  line: readonly Point[];
}

interface Colours {
  dot: string;
  low: string;
  high: string;
  accent: string;
  text: string;
}

const STEPS = 12;
const LARGEST = 6;
const SMALLEST = 2.2;

export function draw(canvas: HTMLCanvasElement, places: Places, view: View, look: Look): void {
  const size: Size = { width: canvas.clientWidth, height: canvas.clientHeight };
  const scale = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(size.width * scale), Math.round(size.height * scale)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  if (!context) return;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  const colours = coloursOf(canvas);
  const radius = Math.max(SMALLEST, Math.min(LARGEST, 60 / Math.sqrt(places.ids.length) + Math.log2(view.scale / 100)));
  dots(context, places, view, size, look, colours, radius);
  const ring = (index: number, colour: string, more: number) => {
    if (index < 0) return;
    const [x, y] = onScreen(view, size, places.x[index]!, places.y[index]!);
    context.beginPath();
    context.arc(x, y, radius + more, 0, 2 * Math.PI);
    context.lineWidth = 2.5;
    context.strokeStyle = colour;
    context.stroke();
  };
  ring(look.current, colours.accent, 5);
  ring(look.pointed, colours.text, 3);
  if (look.line.length > 1) {
    context.beginPath();
    look.line.forEach(([x, y], index) => (index === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
    context.closePath();
    context.strokeStyle = colours.accent;
    context.lineWidth = 1.5;
    context.stroke();
    context.globalAlpha = 0.12;
    context.fillStyle = colours.accent;
    context.fill();
    context.globalAlpha = 1;
  }
}

/** Dots of one colour together: a change of colour is what costs. */
function dots(context: CanvasRenderingContext2D, places: Places, view: View, size: Size, look: Look, colours: Colours, radius: number): void {
  const groups = new Map<string, number[]>();
  places.ids.forEach((id, index) => {
    const share = look.shares?.[index];
    const colour = look.chosen.has(id) ? colours.accent : share === undefined ? colours.dot : mixed(colours, share);
    const group = groups.get(colour);
    if (group) group.push(index);
    else groups.set(colour, [index]);
  });
  for (const [colour, indices] of groups) {
    context.beginPath();
    for (const index of indices) {
      const [x, y] = onScreen(view, size, places.x[index]!, places.y[index]!);
      if (x < -radius || y < -radius || x > size.width + radius || y > size.height + radius) continue;
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
    }
    context.fillStyle = colour;
    context.fill();
  }
}

type Rgb = readonly [number, number, number];

function mixed({ low, high }: Colours, share: number): string {
  const step = Math.round(Math.max(0, Math.min(1, share)) * STEPS) / STEPS;
  const [from, to] = [numbersOf(low), numbersOf(high)];
  return `rgb(${from.map((value, channel) => Math.round(value + (to[channel]! - value) * step)).join(" ")})`;
}

function numbersOf(colour: string): Rgb {
  const [red = 128, green = 128, blue = 128] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}

/** The canvas's colours as the theme has them: only a property that is used for painting has been worked out. */
function coloursOf(canvas: HTMLCanvasElement): Colours {
  const probe = canvas.appendChild(document.createElement("i"));
  const of = (name: string) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = { dot: of("--dot"), low: of("--low"), high: of("--high"), accent: of("--ring"), text: of("--point") };
  probe.remove();
  return colours;
}
