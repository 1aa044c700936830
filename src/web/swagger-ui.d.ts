/** The part of swagger-ui-dist that is used; the package brings no types. */
declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  interface SwaggerRequest {
    url: string;
    headers: Record<string, string>;
  }
  // biome-ignore lint/style/noDefaultExport: the package has no other.
  export default function createSwaggerUi(options: {
    spec: unknown;
    domNode: Element;
    deepLinking: boolean;
    requestInterceptor(request: SwaggerRequest): Promise<SwaggerRequest>;
  }): unknown;
}
