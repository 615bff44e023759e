using System.Collections.Concurrent;
using System.Security.Cryptography;
using Vigil.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Environments;

/// <summary>
/// The service's own schema as it was fetched. Compiled once for each SHA-256 of its bytes; documents are checked one
/// at a time.
/// </summary>
internal sealed class KeptSchema
{
    private const int MostFindings = 20;

    /// <summary>Fetched schemas differ seldom: two environments of a few tenants.</summary>
    private const int MostCompiled = 16;

    private static readonly ConcurrentDictionary<string, OfficialSchema> Compiled = new(
        StringComparer.Ordinal
    );

    private readonly OfficialSchema? _schema;

    private KeptSchema(OfficialSchema? schema, DateTimeOffset? fetchedAt) =>
        (_schema, FetchedAt) = (schema, fetchedAt);

    public DateTimeOffset? FetchedAt { get; }

    /// <summary>Null: none was fetched, and nothing is checked by it.</summary>
    public static async Task<KeptSchema?> FindAsync(Tx tx, ReportEnvironment environment)
    {
        var found = await FilingEnvironment.FindAsync(tx, environment);
        return found?.SchemaAt is not null && await FilingEnvironment.SchemaAsync(tx, environment) is { } xsd
            ? Of(xsd, found.SchemaAt)
            : null;
    }

    public static KeptSchema Of(byte[] xsd, DateTimeOffset? fetchedAt) => new(Compile(xsd), fetchedAt);

    /// <summary>
    /// What it refuses of a report and of what is said of its files, which are numbered from 1. Paths as
    /// <c>report/reporter</c>, <c>fileDetails[2]/details</c>; a message names line and column of the document.
    /// </summary>
    public IReadOnlyList<Finding> Check(ReadOnlyMemory<byte> report, IEnumerable<FileDetails?> files)
    {
        if (_schema is null)
        {
            return [new Finding("", Rule.OfficialSchema, "The schema that is kept cannot be read.")];
        }
        // Nothing promises that one compiled schema validates two documents at once.
        lock (_schema)
        {
            return _schema.Check(report, files, new() { MaxFindings = MostFindings });
        }
    }

    private static OfficialSchema? Compile(byte[] xsd)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(xsd));
        if (Compiled.TryGetValue(digest, out var known))
        {
            return known;
        }
        try
        {
            var schema = OfficialSchema.Parse(xsd);
            if (Compiled.Count >= MostCompiled)
            {
                Compiled.Clear();
            }
            return Compiled.GetOrAdd(digest, schema);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
