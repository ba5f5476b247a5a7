/** Shapes around a centre; angles are turns (0..1), clockwise from the top. */

function point(radius: number, turn: number): string {
  const angle = turn * 2 * Math.PI;
  return `${(radius * Math.sin(angle)).toFixed(2)} ${(-radius * Math.cos(angle)).toFixed(2)}`;
}

/** A ring's piece between two radii. */
export function wedge(inner: number, outer: number, from: number, to: number): string {
  const large = to - from > 0.5 ? 1 : 0;
  return `M${point(inner, from)}L${point(outer, from)}A${outer} ${outer} 0 ${large} 1 ${point(outer, to)}L${point(inner, to)}A${inner} ${inner} 0 ${large} 0 ${point(inner, from)}Z`;
}

/** An open arc, drawn the way it is given: also backwards, for text that would stand on its head. */
export function arc(radius: number, from: number, to: number): string {
  const large = Math.abs(to - from) > 0.5 ? 1 : 0;
  return `M${point(radius, from)}A${radius} ${radius} 0 ${large} ${to > from ? 1 : 0} ${point(radius, to)}`;
}
