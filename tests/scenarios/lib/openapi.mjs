// The served OpenAPI document: its operations, and whether an answer is as documented.
import Ajv from "ajv/dist/2020.js";
import formats from "ajv-formats";

const escape = (s) => encodeURIComponent(s.replaceAll("~", "~0").replaceAll("/", "~1"));

export class OpenApi {
  constructor(document) {
    this.document = document;
    this.ajv = formats.default(new Ajv.default({ strict: false, allErrors: true, validateFormats: true }));
    this.ajv.addSchema({ $id: "api", ...document });
    this.operations = Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).filter(([m]) => m !== "parameters").map(([method, o]) => ({ path, method, ...o, at: `/paths/${escape(path)}/${method}` })));
  }
  resolve(o) {
    return o?.$ref ? o.$ref.slice(2).split("/").reduce((at, part) => at[part], this.document) : o;
  }
  fits(pointer, data) {
    const validate = this.ajv.getSchema(`api#${pointer}`) ?? this.ajv.compile({ $ref: `api#${pointer}` });
    return validate(data) ? null : this.ajv.errorsText(validate.errors);
  }
  // What is wrong with the answer R (lib/tandem.mjs) to the operation, or null.
  fault(o, r) {
    const told = o.responses[r.status];
    if (!told || r.status >= 500) return `${r.status} is not documented`;
    if (r.status === 304) return null;
    const type = r.headers.get("content-type")?.split(";")[0], content = this.resolve(told).content ?? {};
    if (content["*/*"]) return null;
    if (!(type in content)) return `${type} is not documented for ${r.status}`;
    const at = told.$ref ? told.$ref.slice(1) : `${o.at}/responses/${r.status}`;
    return type.endsWith("json") ? this.fits(`${at}/content/${escape(type)}/schema`, r.data) : null;
  }
}
