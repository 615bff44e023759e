using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Vigil.Server.Http;

/// <summary>Reads a small JSON request strictly, with a limit of bytes.</summary>
internal static class JsonBody
{
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Of System.Text.Json; what follows the last colon are the names.</summary>
    private const string MissesSome = "missing required properties";

    /// <summary>The body's bytes, also for its fingerprint.</summary>
    /// <exception cref="ProblemException">Not JSON, or over <paramref name="maxBytes"/>.</exception>
    public static async Task<byte[]> ReadBytesAsync(
        HttpContext context,
        int maxBytes = MaxBytes,
        CancellationToken cancellation = default
    )
    {
        cancellation = cancellation.CanBeCanceled ? cancellation : context.RequestAborted;
        if (!context.Request.HasJsonContentType())
        {
            throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType,
                "wrong_content_type",
                "Send application/json."
            );
        }
        using var bytes = new MemoryStream();
        var piece = new byte[16 * 1024];
        for (int read; (read = await context.Request.Body.ReadAsync(piece, cancellation)) > 0; )
        {
            if (bytes.Length + read > maxBytes)
            {
                throw new ProblemException(
                    StatusCodes.Status413PayloadTooLarge,
                    "body_too_large",
                    $"A request like this has at most {maxBytes} bytes."
                );
            }
            bytes.Write(piece, 0, read);
        }
        return bytes.ToArray();
    }

    /// <exception cref="ProblemException">Not what is expected; the text says where.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Plumbing.Strict)
                ?? throw ProblemException.BadRequest("bad_json", "The body is null; an object is expected.");
        }
        catch (JsonException e)
        {
            // The parser's own text may quote the value.
            var missing = MissingOf<T>(e);
            var place = $"{e.Path ?? "$"}, line {(e.LineNumber ?? 0) + 1}";
            throw ProblemException.BadRequest(
                "bad_json",
                missing.Length > 0
                    ? $"The body lacks {missing}: see /openapi/v1.json."
                    : $"The body is not as expected at {place}: see /openapi/v1.json."
            );
        }
    }

    /// <summary>The members that the parser misses: our own names for them, nothing of the body.</summary>
    private static string MissingOf<T>(JsonException e)
    {
        if (e.Path is not (null or "$") || !e.Message.Contains(MissesSome, StringComparison.Ordinal))
        {
            return "";
        }
        var said = e
            .Message.Split(':')[^1]
            .Split(',')
            .Select(word => word.Trim(' ', '.', '\''))
            .ToHashSet(StringComparer.Ordinal);
        var own = Plumbing.Strict.GetTypeInfo(typeof(T)).Properties.Select(property => property.Name);
        return string.Join(", ", own.Where(said.Contains).Select(name => $"'{name}'"));
    }

    public static async Task<T> ReadAsync<T>(HttpContext context) => Parse<T>(await ReadBytesAsync(context));
}
