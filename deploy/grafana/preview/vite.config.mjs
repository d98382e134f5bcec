import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  logLevel: "warn",
  build: {
    target: "es2022",
    minify: false,
    chunkSizeWarningLimit: 20000,
    reportCompressedSize: false,
    rollupOptions: {
      // parts of the library that no panel uses import names that its release does not have
      shimMissingExports: true,
      onwarn: (warning, warn) => warning.code === "MODULE_LEVEL_DIRECTIVE" || warn(warning),
    },
  },
});
