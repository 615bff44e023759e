using System.Security.Cryptography;
using System.Text.Json;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Scan.Intake;

/// <summary>What single scans and batches read alike.</summary>
internal static class ScanItems
{
    /// <summary>The texts before the first file, and that file's headers; its bytes come next.</summary>
    public static async Task<(IReadOnlyDictionary<string, string> Texts, MultipartPart? File)> ReadTextsAsync(
        MultipartBody body,
        int maxBytes,
        CancellationToken cancellation
    )
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await body.NextAsync(cancellation) is { } part)
        {
            if (part.IsFile)
            {
                return (texts, part);
            }
            if (!ScanMetadata.Names.Contains(part.Name, StringComparer.Ordinal))
            {
                throw ProblemException.BadRequest(
                    "bad_multipart",
                    $"Parts without a file name are {string.Join(", ", ScanMetadata.Names)}."
                );
            }
            if (!texts.TryAdd(part.Name, await body.TextAsync(maxBytes, cancellation)))
            {
                throw ProblemException.BadRequest("said_twice", "Say each thing once.");
            }
        }
        return (texts, null);
    }

    /// <summary>Tells what was asked from anything else, without holding it: for the Idempotency-Key.</summary>
    public static string Describe(ScanRequest asked)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(asked, JsonSerializerOptions.Web);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }
}
