/**
 * The entry `latent/plot`: functions that turn results into figures.
 *
 * Input: plain rows of numbers and strings, or flat lists of pixels; never tensors (`tensor.dataSync()` gives
 * such a list). Output: a {@link FigureSpec}, a Vega-Lite 5 specification that contains its data, for
 * `display` of `latent/notebook`. Arguments are checked: no rows, or a NaN, throws instead of
 * drawing an empty figure.
 *
 * Read in this order; each folder uses only those before it:
 * 1. `numeric/`: argument checks, number formats, ticks, and the geometry of lines over a grid.
 * 2. `marks/`: what the figures share: the theme, axes (logarithmic too), series, intervals, panels,
 *    reference lines, arrows.
 * 3. `raster/`: images as PNGs inside a spec.
 * 4. The figures, one per file: `charts/` (curves, histograms, ranked values), `planes/` (points and
 *    densities over two axes), `images/` (grids, strips and manifolds of images), `diagrams/` (computation
 *    graphs).
 *
 * A new figure is one file in one of the last four folders: it checks its rows, names its channels with the
 * parts of `marks/`, and starts its spec with `figureBase`. `charts/ranked-dots.ts` is a short example.
 *
 * @module latent/plot
 */
export type { Axis } from "./marks/axis";
export { cellMaps, type CellMap, type CellMapsOptions } from "./planes/cell-maps";
export { computationGraph } from "./diagrams/computation-graph";
export type { ComputationGraphOptions } from "./diagrams/computation-graph";
export type { GraphEdge, GraphNode, NodeKind } from "./diagrams/graph-layout";
export { densityContours } from "./planes/density-contours";
export type { ContourPanel, DensityContoursOptions } from "./planes/density-contours";
export { densityOverlay, normalReference } from "./charts/density-overlay";
export type { DensityOverlayOptions, ReferenceDensity, Samples } from "./charts/density-overlay";
export { elboCurve } from "./charts/elbo-curve";
export type { ElboRow } from "./charts/elbo-curve";
export { gaussianEllipses } from "./planes/gaussian-ellipses";
export type { GaussianEllipsesOptions, PlaneGaussian } from "./planes/gaussian-ellipses";
export { imageGrid } from "./images/image-grid";
export type { ImageGridOptions } from "./images/image-grid";
export type { ImageOptions, ImageShape } from "./raster/images";
export { interpolationStrip } from "./images/interpolation-strip";
export type { InterpolationRow, InterpolationStripOptions } from "./images/interpolation-strip";
export type { Interval, IntervalOptions } from "./marks/intervals";
export { isolines } from "./numeric/isolines";
export type { Grid, Polyline } from "./numeric/grid";
export { landscape } from "./planes/landscape";
export type { LandscapeOptions } from "./planes/landscape";
export { latentManifold } from "./images/latent-manifold";
export type { LatentManifoldOptions } from "./images/latent-manifold";
export { latentScatter } from "./planes/latent-scatter";
export type { LatentPoint, LatentScatterOptions } from "./planes/latent-scatter";
export { lineChart } from "./charts/line-chart";
export type { LineChartOptions, LineRow } from "./charts/line-chart";
export { priorQuantiles } from "./numeric/prior-quantiles";
export { rankedDots } from "./charts/ranked-dots";
export type { RankedDotsOptions, RankedRow } from "./charts/ranked-dots";
export type { PlaneOptions, PlanePoint } from "./marks/plane-panels";
export { responsibilityScatter } from "./planes/responsibility-scatter";
export type {
  ResponsibilityPanel,
  ResponsibilityScatterOptions,
  ResponsiblePoint,
} from "./planes/responsibility-scatter";
export type { RoadPlan } from "./marks/road-plan";
export { rollouts } from "./planes/rollouts";
export type { RolloutPanel, RolloutPath, RolloutsOptions } from "./planes/rollouts";
export type { Rule } from "./marks/reference-line";
export { stackedBound } from "./charts/stacked-bound";
export type { BoundRow, StackedBoundOptions } from "./charts/stacked-bound";
export { figureBase, INK } from "./marks/theme";
export type { FigureBase, FigureSpec, Ink, Titles } from "./marks/theme";
export { integerTicks } from "./numeric/ticks";
export { varianceComparison } from "./charts/variance-comparison";
export type { VarianceComparisonOptions, VarianceRow } from "./charts/variance-comparison";
export { traversalSlider } from "./images/traversal-slider";
export type { TraversalSliderOptions } from "./images/traversal-slider";
