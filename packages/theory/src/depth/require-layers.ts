import { DomainError } from "@onestep/core";
import { requireCount } from "../require.ts";

/** Beyond it a search over step sizes takes minutes, and its loss is no longer told from that of the best polynomial. */
const MOST_LAYERS = 64;

/** 1 ≤ L ≤ 64: layers whose step sizes are searched for. */
export function requireLayers(where: string, layers: number, least = 1): void {
  const hint = least === 1 ? "a model has at least one layer" : "it takes two layers for their steps to coalesce";
  requireCount(where, "number of layers", layers, least, hint);
  requireAtMost(where, layers, MOST_LAYERS, "depthFloor bounds the loss of any depth");
}

/** 1 ≤ L ≤ 5: GD++ layers, whose residual is a polynomial of degree (3^L − 1)/2. */
export function requireGdPlusPlusLayers(where: string, layers: number): number {
  requireCount(where, "number of layers", layers, 1, "a model has at least one layer");
  requireAtMost(
    where,
    layers,
    5,
    "the residual of 6 GD++ layers is a polynomial of degree 364; use optimalDepth for deep plain models",
  );
  return layers;
}

function requireAtMost(where: string, layers: number, most: number, hint: string): void {
  if (layers <= most) return;
  throw new DomainError({ where, expected: `at most ${most} layers`, arrived: String(layers), hint });
}
