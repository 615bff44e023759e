namespace Vigil.Matching.Lists;

/// <summary>Which column of a CSV file holds which field.</summary>
internal sealed class CsvColumns
{
    public const string Id = "id";
    public const string Md5 = "md5";
    public const string Sha1 = "sha1";
    public const string Sha256 = "sha256";
    public const string Pdq = "pdq";
    public const string PdqQuality = "pdq_quality";
    public const string Category = "category";

    /// <summary>
    /// The fields that are read, under their own names; also the order in which they are written.
    /// </summary>
    public static readonly IReadOnlyList<string> Fields = [Id, Md5, Sha1, Sha256, Pdq, PdqQuality, Category];

    private static readonly string[] Fingerprints = [Md5, Sha1, Sha256, Pdq];

    private readonly Dictionary<string, int> _columns = [];

    /// <exception cref="ListFormatException">The header does not have what the mapping asks for.</exception>
    public CsvColumns(IReadOnlyList<string> header, IReadOnlyDictionary<string, string>? mapping)
    {
        Count = header.Count;
        var names = header.Select(name => name.Trim()).ToList();
        if (names.Exists(LooksLikeHash))
        {
            throw new ListFormatException(
                "The first row holds hashes, not column names. Add a header row such as \"md5,sha1,pdq\"."
            );
        }
        var twice = names
            .Where(name => name.Length > 0)
            .GroupBy(name => name, StringComparer.OrdinalIgnoreCase);
        if (twice.Any(group => group.Count() > 1))
        {
            throw new ListFormatException($"Two columns have the same name. Rename one. {Found(names)}");
        }
        foreach (var (field, column) in mapping ?? Fields.ToDictionary(field => field, field => field))
        {
            var known = Fields.FirstOrDefault(name => name.Equals(field, StringComparison.OrdinalIgnoreCase));
            var index = names.FindIndex(name =>
                name.Equals(column.Trim(), StringComparison.OrdinalIgnoreCase)
            );
            if (known is null)
            {
                throw new ListFormatException(
                    $"The mapping names an unknown field. Fields are: {string.Join(", ", Fields)}."
                );
            }
            if (index >= 0)
            {
                _columns[known] = index;
            }
            else if (mapping is not null)
            {
                throw new ListFormatException($"No column for the field {known} as mapped. {Found(names)}");
            }
        }
        if (!Fingerprints.Any(_columns.ContainsKey))
        {
            throw new ListFormatException(
                $"No column for md5, sha1, sha256 or pdq. {Found(names)} Map fields to columns, "
                    + "such as md5=\"MD5 hash\"."
            );
        }
    }

    /// <summary>Columns in the header.</summary>
    public int Count { get; }

    /// <summary>Index of the field's column; -1 where it has none.</summary>
    public int Of(string field) => _columns.GetValueOrDefault(field, -1);

    /// <summary>
    /// Column names for an error text: short, few, printable, and nothing that could be a hash.
    /// </summary>
    private static string Found(List<string> names)
    {
        const int Most = 20;
        const int Longest = 40;
        var shown = names
            .Take(Most)
            .Select(name => PlainText.Is(name, Longest) && !CouldBeHash(name) ? name : "(not shown)");
        var more = names.Count > Most ? $" and {names.Count - Most} more" : "";
        return $"Columns found: {string.Join(", ", shown)}{more}.";
    }

    /// <summary>
    /// A value of a file without a header row: in hexadecimal, also cut or with marks between, or in base64.
    /// </summary>
    private static bool CouldBeHash(string name)
    {
        const int MostDigits = 5;
        const int LongestWord = 18;
        var words = name.Split([' ', '_', '-', '.', '(', ')']);
        return name.Count(char.IsAsciiDigit) > MostDigits || words.Any(word => word.Length > LongestWord);
    }

    private static bool LooksLikeHash(string name) => name.Length >= 24 && name.All(char.IsAsciiHexDigit);
}
