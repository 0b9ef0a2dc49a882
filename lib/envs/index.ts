export * as treeDrive from "./tree-drive";
