/** node:zlib as the appliance sees it: nothing is gained by packing what is soon forgotten. */
export { constants } from "node:zlib";

export function zstdCompressSync(bytes: Uint8Array): Uint8Array {
  return bytes;
}

export function zstdDecompressSync(bytes: Uint8Array): Uint8Array {
  return bytes;
}
