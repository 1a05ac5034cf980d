/** A JSON value as the Data API takes and gives it. */
export type Json =
  | string
  | number
  | boolean
  | null
  | { [key: string]: Json | undefined }
  | Json[];

/** The public schema as the HTTP layer uses it. */
export type Database = {
  public: {
    Functions: {
      [name: string]: { Args: { [name: string]: Json | undefined }; Returns: Json };
    };
  };
};
