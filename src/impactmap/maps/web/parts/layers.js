/** Layers of the author's own, above the ground and below the reports. */
import {addPart} from "../parts.js";
import {inFrame, traceLine, unpackLine, worldX, worldY} from "../geometry.js";

addPart(({ payload, layer }) => {
  const layers = (payload.header.layers ?? []).map((one) => ({
    ...one, areas: one.areas.map(unpackLine), lines: one.lines.map(unpackLine),
    points: one.points.map(([lon, lat]) => [worldX(lon), worldY(lat)]),
  }));
  layer.addUnderlay((context, frame, colors) => {
    const style = getComputedStyle(document.documentElement);
    context.save();
    context.lineJoin = context.lineCap = "round";
    layers.forEach(({ line, width, fill, areas, lines, points }, number) => {
      const color = style.getPropertyValue(`--im-layer-${number + 1}`).trim();
      context.strokeStyle = context.fillStyle = color;
      context.lineWidth = width;
      context.setLineDash(line);
      for (const [shapes, closed] of /** @type {[import("../geometry.js").Line[], boolean][]} */ ([[areas, true], [lines, false]])) {
        context.beginPath();
        for (const shape of shapes) if (inFrame(shape, frame)) traceLine(context, shape, frame, closed);
        context.globalAlpha = fill;
        if (closed && fill > 0) context.fill("evenodd");
        context.globalAlpha = 1;
        context.stroke();
      }
      context.setLineDash([]);
      context.strokeStyle = colors.halo;
      context.lineWidth = 1;
      for (const [x, y] of points) {
        context.beginPath();
        context.arc(x * frame.scale - frame.left, y * frame.scale - frame.top, 1.2 + width, 0, 7);
        context.fill();
        context.stroke();
      }
    });
    context.restore();
  });
});
