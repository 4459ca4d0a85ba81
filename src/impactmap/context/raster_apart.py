"""People in areas of a raster, in a process of its own: rasters are opened by libraries that are not ours."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

from impactmap.model.system.apart import hold_to

__all__ = ["FORMS"]

#: Forms of rasters that hold their own cells. Others, such as GDAL's VRT, can name files and addresses to be fetched.
FORMS = ("GTiff", "AAIGrid", "ENVI", "HFA", "netCDF", "EHdr", "PNG", "JP2OpenJPEG")


def _answer(order: dict[str, Any]) -> dict[str, Any]:
    import geopandas as gpd
    import numpy as np
    import rasterio
    import shapely
    from exactextract import exact_extract

    path = Path(order["path"])
    hold_to(order["memory_bytes"])
    shapes = shapely.from_wkb(np.load(order["shapes"], allow_pickle=False).tolist())
    try:
        with rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR") as environment:
            forms = [form for form in FORMS if form in environment.drivers()]
            with rasterio.DatasetReader(path, driver=forms) as source:
                if source.crs is None:
                    return {"crs": "expected a raster with a coordinate reference system; found none."}
                extent = shapely.box(*source.bounds)
                areas = gpd.GeoSeries(shapes, crs="EPSG:4326").to_crs(source.crs)
                empty = areas.is_empty.to_numpy()
                inside = ~empty & [not math.isinf(area.bounds[0]) and extent.covers(area) for area in areas]
                people = np.where(empty, 0.0, np.nan)
                if inside.any():
                    table = exact_extract(source, gpd.GeoDataFrame(geometry=areas[inside]), ["sum"], output="pandas")
                    people[inside] = table["sum"].to_numpy(dtype=float)
    except MemoryError:
        return {"error": "expected a raster that fits into memory_bytes under [limits]; found one that does not."}
    except Exception as error:  # noqa: BLE001 -- whatever a library says of a damaged file
        text = " ".join(str(error).split())[:200].replace(str(path), path.name)
        found = f"found a damaged file or another form ({text})."
        return {"error": f"expected a raster that GDAL reads, such as a GeoTIFF; {found}"}
    np.save(order["result"], people, allow_pickle=False)
    return {}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_answer(json.load(sys.stdin))))
