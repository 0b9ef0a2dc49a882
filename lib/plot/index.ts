export type { Axis } from "./axis";
export { computationGraph } from "./computation-graph";
export type { ComputationGraphOptions, GraphEdge, GraphNode, NodeKind } from "./computation-graph";
export { densityContours } from "./density-contours";
export type { ContourPanel, DensityContoursOptions } from "./density-contours";
export { densityOverlay, normalReference } from "./density-overlay";
export type { DensityOverlayOptions, ReferenceDensity, Samples } from "./density-overlay";
export { elboCurve } from "./elbo-curve";
export type { ElboRow } from "./elbo-curve";
export { gaussianEllipses } from "./gaussian-ellipses";
export type { GaussianEllipsesOptions, PlaneGaussian } from "./gaussian-ellipses";
export { imageGrid } from "./image-grid";
export type { ImageGridOptions } from "./image-grid";
export type { ImageShape } from "./images";
export { interpolationStrip } from "./interpolation-strip";
export type { InterpolationRow, InterpolationStripOptions } from "./interpolation-strip";
export type { Interval, IntervalOptions } from "./intervals";
export { isolines } from "./isolines";
export type { Grid, Polyline } from "./isolines";
export { landscape } from "./landscape";
export type { LandscapeOptions } from "./landscape";
export { latentManifold } from "./latent-manifold";
export type { LatentManifoldOptions } from "./latent-manifold";
export { latentScatter } from "./latent-scatter";
export type { LatentPoint, LatentScatterOptions } from "./latent-scatter";
export { lineChart } from "./line-chart";
export type { LineChartOptions, LineRow, Rule } from "./line-chart";
export { priorQuantiles } from "./prior-quantiles";
export { rankedDots } from "./ranked-dots";
export type { RankedDotsOptions, RankedRow } from "./ranked-dots";
export type { PlaneOptions, PlanePoint } from "./panels";
export { responsibilityScatter } from "./responsibility-scatter";
export type {
  ResponsibilityPanel,
  ResponsibilityScatterOptions,
  ResponsiblePoint,
} from "./responsibility-scatter";
export type { RoadPlan } from "./road-plan";
export { rollouts } from "./rollouts";
export type { RolloutPanel, RolloutPath, RolloutsOptions } from "./rollouts";
export { stackedBound } from "./stacked-bound";
export type { BoundRow, StackedBoundOptions } from "./stacked-bound";
export type { FigureSpec, Titles } from "./theme";
export { varianceComparison } from "./variance-comparison";
export type { VarianceComparisonOptions, VarianceRow } from "./variance-comparison";
export { traversalSlider } from "./traversal-slider";
export type { TraversalSliderOptions } from "./traversal-slider";
