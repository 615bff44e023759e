using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vigil.Server.Features.Reporting.Approving.Showing;

/// <summary>What goes along with the document, as it is shown: without the values of fingerprints.</summary>
/// <param name="Name">Of the file.</param>
/// <param name="TextCharacters">Of a file of words, which take a look of their own; null: a content.</param>
/// <param name="Details">What is said of it, as JSON.</param>
public sealed record PreviewFile(string Name, int? TextCharacters, string Details)
{
    private const string Hashes = "originalFileHash";
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    internal static PreviewFile Of(ApprovedFile file)
    {
        if (file.Details.Length == 0)
        {
            return new PreviewFile(file.FileName, file.Text?.Length, "");
        }
        var details = JsonNode.Parse(file.Details)!.AsObject();
        if (details[Hashes] is JsonArray hashes)
        {
            details[Hashes] = $"{hashes.Count} fingerprints";
        }
        return new PreviewFile(file.FileName, file.Text?.Length, details.ToJsonString(Readable));
    }
}
