using System.Globalization;
using System.Text;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Lists.Keeping;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Entries;

/// <summary>One entry of a request, read by the same rules as a row of a file.</summary>
/// <param name="Draft">Null when it was rejected.</param>
/// <param name="Code">Why it, or its PDQ alone, was rejected.</param>
/// <param name="Advice">What to do about it.</param>
internal sealed record EntryReading(EntryDraft? Draft, string? Code, string? Advice)
{
    private static readonly string[] Fields =
    [
        "md5",
        "sha1",
        "sha256",
        "pdq",
        "pdq_quality",
        "id",
        "category",
    ];

    public static EntryReading Read(TenantSecrets secrets, EntryToAdd entry)
    {
        var hasFile = (entry.Md5 ?? entry.Sha1 ?? entry.Sha256 ?? entry.Pdq) is not null;
        var kinds = (hasFile ? 1 : 0) + (entry.Url is null ? 0 : 1) + (entry.Domain is null ? 0 : 1);
        if (kinds != 1)
        {
            return new EntryReading(
                null,
                "bad_entry",
                "An entry has fingerprints of one file, or one 'url', or one 'domain'."
            );
        }
        try
        {
            return hasFile ? OfFile(secrets, entry) : OfAddress(secrets, entry);
        }
        catch (ProblemException e)
        {
            return new EntryReading(null, e.Code, e.Message);
        }
    }

    /// <summary>Through the reader of list files, so that there is one set of rules.</summary>
    private static EntryReading OfFile(TenantSecrets secrets, EntryToAdd entry)
    {
        var quality = entry.PdqQuality?.ToString(CultureInfo.InvariantCulture);
        string?[] values =
        [
            entry.Md5,
            entry.Sha1,
            entry.Sha256,
            entry.Pdq,
            quality,
            entry.SourceRef,
            entry.Category,
        ];
        var csv = string.Join(',', Fields) + "\n" + string.Join(',', values.Select(Quoted)) + "\n";
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(csv));
        EntryDraft? draft = null;
        RejectedRow? rejected = null;
        foreach (var row in ListReader.Read(stream, new ListReadOptions { Format = ListFormat.Csv }))
        {
            draft = row.Entry is { } read ? EntryDraft.Of(secrets, read) : draft;
            rejected = row.Rejected ?? rejected;
        }
        return new EntryReading(draft, rejected?.Code, rejected?.Advice);
    }

    private static EntryReading OfAddress(TenantSecrets secrets, EntryToAdd entry)
    {
        var reference = NamedText.Checked(entry.SourceRef, "sourceRef", ListsLimits.MaxSourceRefCharacters);
        var category = NamedText.Checked(entry.Category, "category", ListsLimits.MaxCategoryCharacters);
        if (entry.Url is not null)
        {
            return UrlSignal.TryParse(entry.Url, out var url)
                ? new EntryReading(
                    EntryDraft.Of(
                        secrets,
                        SignalKind.Url,
                        ListSecrets.UrlDigest(secrets, url!.Url),
                        reference,
                        category
                    ),
                    null,
                    null
                )
                : new EntryReading(null, "bad_url", "An address of http or https is expected.");
        }
        return UrlSignal.TryParseDomain(entry.Domain, out var domain)
            ? new EntryReading(
                EntryDraft.Of(
                    secrets,
                    SignalKind.Domain,
                    ListSecrets.DomainDigest(secrets, domain),
                    reference,
                    category
                ),
                null,
                null
            )
            : new EntryReading(null, "bad_domain", "A host name is expected, as \"files.example\".");
    }

    private static string Quoted(string? value) =>
        $"\"{(value ?? "").Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
