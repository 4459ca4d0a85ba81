import type * as Leaflet from "leaflet";

declare module "leaflet" {
  interface MapOptions {
    /** Pixels that the first view leaves free on the right. */
    imRoom?: number;
  }
}

declare global {
  interface CanvasRenderingContext2D {
    /** Of a context that writes down what is drawn (`parts/svgcontext.js`): begin a group of the picture; a path of its own. */
    named?: (name: string) => void;
    recorded?: () => Path2D;
  }
  interface Window {
    L: typeof Leaflet;
    impactmapMount: (map: Leaflet.Map) => Promise<void>;
  }
}
