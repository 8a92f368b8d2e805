// Commands that open what a finding is about in ITK-SNAP and in 3D Slicer.

import { dataset, local } from "./data.js";
import { quoted } from "./waiver.js";

const whole = (path) => `${dataset.replace(/\/+$/, "")}/${path}`;

// Files lie on this machine, and the finding is about an image.
export const openable = ({ ct, masks }) => local && Boolean(ct || masks.length);

export function snapCommand({ ct, masks }) {
  const [image, ...layers] = [...(ct ? [ct] : []), ...masks].map(whole);
  const [segmentation, ...others] = layers;
  const parts = ["itksnap", "-g", image];
  if (segmentation) parts.push("-s", segmentation);
  if (others.length) parts.push("-o", ...others);
  return parts.map(quoted).join(" ");
}

// Python's literals of text are those of JSON; places in Slicer are to the right, front and head.
export function slicerCommand({ ct, masks, mm }) {
  const load = (how, path) => `slicer.util.${how}(${JSON.stringify(whole(path))})`;
  const steps = [ct && load("loadVolume", ct), ...masks.map((path) => load("loadSegmentation", path))].filter(Boolean);
  if (mm) steps.push(`slicer.modules.markups.logic().JumpSlicesToLocation(${mm.join(", ")}, True)`);
  return ["Slicer", "--python-code", steps.join("; ")].map(quoted).join(" ");
}

// ITK-SNAP counts voxels from 1.
export const cursor = ({ voxel }) => (voxel ? `; its cursor is at ${voxel.map((index) => index + 1).join(", ")}` : "");
