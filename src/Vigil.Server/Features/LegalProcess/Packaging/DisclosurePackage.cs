using System.Text.Json;
using Vigil.Evidence;

namespace Vigil.Server.Features.LegalProcess.Packaging;

/// <summary>
/// What an authority gets: a signed package of the chosen contents, facts.json where facts were chosen, custody.json
/// and summary.html, sealed to its key. Equal input gives an equal container. Written in one pass, in constant memory.
/// </summary>
internal static class DisclosurePackage
{
    /// <summary>Stands in the manifest where a report's destination would.</summary>
    public const string Destination = "legal-process";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web)
    {
        WriteIndented = true,
    };

    /// <param name="output">Is left open; need not seek.</param>
    /// <param name="recipient">As the call-back confirmed it.</param>
    /// <param name="signer">The tenant's.</param>
    /// <param name="content">What goes into it.</param>
    /// <param name="open">Opens a content; each is read once, in order, and disposed.</param>
    /// <param name="wrote">Is told of every piece; may throw to stop.</param>
    /// <exception cref="InvalidDataException">A content has another size than is recorded.</exception>
    public static PackageSeal Write(
        Stream output,
        RecipientKey recipient,
        SigningKey signer,
        PackageContent content,
        Func<PackageFile, Stream> open,
        Action<int> wrote
    )
    {
        using var writer = new PackageWriter(output, recipient, signer, ManifestOf(content))
        {
            Wrote = wrote,
        };
        var parts = new List<(PackagePart Part, PackageFile? File)>();
        foreach (var (file, index) in content.Files.Select((file, index) => (file, index)))
        {
            using var source = open(file);
            var part = writer.Add(
                NameOf(file, index),
                "application/octet-stream",
                $"A content of case {file.CaseRef}",
                source
            );
            parts.Add(
                part.Bytes == file.Bytes
                    ? (part, file)
                    : throw new InvalidDataException(
                        "A content has another size than was recorded at its sealing."
                    )
            );
        }
        if (content.Facts is { } facts)
        {
            parts.Add((writer.Add("facts.json", "application/json", "What the cases say", facts), null));
        }
        var custody = JsonSerializer.SerializeToUtf8Bytes(CustodyOf(content), Json);
        parts.Add(
            (writer.Add("custody.json", "application/json", "Who kept what since when", custody), null)
        );
        writer.Add("summary.html", "text/html", "For people", PackageSummary.Write(content.Head, parts));
        return writer.Finish();
    }

    /// <summary>Names nothing: what a file was called stands with the platform.</summary>
    public static string NameOf(PackageFile file, int index) => $"media/{index + 1:0000}-{file.ContentId:n}";

    private static PackageManifest ManifestOf(PackageContent content) =>
        new()
        {
            Destination = Destination,
            Report = content.Head.RequestId.ToString(),
            Environment = content.IsTest ? "Test" : "Production",
            CreatedAt = content.Head.ApprovedAt,
            CreatedBy = content.Head.ApprovedBy,
            Recipient = content.Head.Authority,
            RecipientFingerprint = "",
            IsHashOnly = content.Files.Count == 0,
            LegalBasis =
                content.Files.Count == 0
                    ? ""
                    : $"{content.Head.Kind.Replace('_', ' ')} {content.Head.Reference}",
        };

    private static object CustodyOf(PackageContent content) =>
        new
        {
            release = content.Head,
            contents = content.Files.Select(
                (file, index) => new { file = NameOf(file, index), custody = file }
            ),
        };
}
