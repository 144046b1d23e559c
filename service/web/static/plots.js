// Draws what the figures hold as JSON. The same numbers stand beside each as a table, so nothing is lost without it.
(() => {
  const SERIES = [1, 2, 3, 4].map((number) => `var(--series-${number})`);
  const SMALL = 480;

  const LETTER = 7.4;

  const shared = (width, names) => ({
    width,
    className: "plot",
    marginLeft: 48,
    marginBottom: 40,
    marginRight: 12 + LETTER * d3.max(names, (name) => name.length),
    style: { background: "none", fontFamily: "inherit", fontSize: "12px" },
  });

  const ends = (points, x, y) => Plot.text(points, {
    x, y, text: "name", fill: "name", textAnchor: "start", dx: 6, fontWeight: 600,
  });

  // Labels at the ends of lines that meet are moved apart, in units of the axis.
  function apart(points, key, gap) {
    const sorted = points.slice().sort((a, b) => a[key] - b[key]);
    for (let place = 1; place < sorted.length; place += 1) {
      const least = sorted[place - 1][key] + gap;
      if (sorted[place][key] < least) sorted[place] = { ...sorted[place], [key]: least };
    }
    return sorted;
  }

  const span = (values) => d3.max(values) - d3.min(values) || 1;

  function one(data, key, label, width, height) {
    const points = data.lines.flatMap((line) => line.x.map((x, i) => ({ name: line.name, x, y: line[key][i] })));
    const last = data.lines.map((line) => ({ name: line.name, x: line.x.at(-1), y: line[key].at(-1) }));
    const gap = (span(points.map((point) => point.y)) * 16) / (height - 50);
    return Plot.plot({
      ...shared(width, data.lines.map((line) => line.name)), height,
      x: { label: null }, y: { label, grid: true, labelArrow: "none" },
      color: { domain: data.lines.map((line) => line.name), range: SERIES },
      marks: [
        Plot.ruleX([0], { strokeOpacity: 0.3 }), Plot.ruleY([0], { strokeOpacity: 0.3 }),
        Plot.line(points, { x: "x", y: "y", stroke: "name", strokeWidth: 2 }),
        ends(apart(last, "y", gap), "x", "y"),
      ],
    });
  }

  function curves(data, width) {
    const half = width < SMALL ? width : Math.floor(width / 2) - 8;
    return [one(data, "value", "function", half, 220), one(data, "slope", "slope", half, 220)];
  }

  function gradient(data, width) {
    const points = data.lines.flatMap((line) => line.points.map((point) => ({ ...point, name: line.name })));
    const first = data.lines.map((line) => ({ ...line.points.at(-1), name: line.name }));
    const height = 240;
    const gap = (span(points.flatMap((point) => [point.low, point.high])) * 16) / (height - 50);
    return [Plot.plot({
      ...shared(width, data.lines.map((line) => line.name)), height,
      x: { label: "layer", interval: 1, tickFormat: "d", labelArrow: "none" },
      y: { label: "log10 of the gradient beside the last layer's", grid: true, labelArrow: "none" },
      color: { domain: data.lines.map((line) => line.name), range: SERIES },
      marks: [
        Plot.ruleY([0], { strokeOpacity: 0.3 }),
        Plot.areaY(points, { x: "layer", y1: "low", y2: "high", fill: "name", fillOpacity: 0.15 }),
        Plot.line(points, { x: "layer", y: "mean", stroke: "name", strokeWidth: 2 }),
        ends(apart(first, "mean", gap), "layer", "mean"),
      ],
    })];
  }

  function learning(data, width) {
    const told = data.lines.filter((line) => line.in_group).slice(0, SERIES.length);
    const names = new Set(told.map((line) => line.name));
    const points = data.lines.flatMap((line) => line.points.map((point) => ({ ...point, name: line.name })));
    const inside = points.filter((point) => names.has(point.name));
    const height = 260;
    const gap = (span(points.map((point) => point.score)) * 16) / (height - 50);
    const last = apart(told.map((line) => ({ ...line.points.at(-1), name: line.name })), "score", gap);
    return [Plot.plot({
      ...shared(width, [...names]), height,
      x: { label: "training steps", labelArrow: "none" },
      y: { label: data.metric, grid: true, labelArrow: "none" },
      color: { domain: [...names], range: SERIES },
      marks: [
        Plot.line(points.filter((point) => !names.has(point.name)), {
          x: "step", y: "score", z: "name", stroke: "var(--quiet)", strokeOpacity: 0.6,
        }),
        inside.some((point) => "low" in point)
          ? Plot.areaY(inside, { x: "step", y1: "low", y2: "high", fill: "name", fillOpacity: 0.15 }) : null,
        Plot.line(inside, { x: "step", y: "score", stroke: "name", strokeWidth: 2 }),
        ends(last, "step", "score"),
      ],
    })];
  }

  const KINDS = { curves, gradient, learning };

  function draw(figure) {
    const place = figure.querySelector(".drawing");
    const data = JSON.parse(figure.querySelector("script").textContent);
    const drawn = KINDS[figure.dataset.plot](data, Math.max(260, Math.min(760, figure.clientWidth)));
    for (const part of drawn) {
      // Plot brings a style element, which the page's policy refuses; style.css holds what is in it.
      part.querySelectorAll("style").forEach((style) => style.remove());
      part.setAttribute("aria-hidden", "true");
    }
    place.replaceChildren(...drawn);
    figure.dataset.drawn = "yes";
  }

  const later = window.requestIdleCallback ?? ((work) => setTimeout(work, 50));
  const all = () => later(() => document.querySelectorAll("[data-plot]:not([data-drawn])").forEach(draw));
  document.addEventListener("DOMContentLoaded", all);
  document.addEventListener("htmx:afterSettle", all);
})();
