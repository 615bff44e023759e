using System.Text;
using System.Text.Json;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>Who asks, about whom, and what was given: sealed, bound to its row, found by keyed digests.</summary>
internal static class LegalSecrets
{
    private const string Purpose = "legal process";

    public static byte[] Seal<T>(Tx tx, T value, Guid row) =>
        tx
            .Secrets.Sealer(Purpose)
            .Seal(JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web), row.ToByteArray());

    public static T Open<T>(Tx tx, byte[] value, Guid row) =>
        JsonSerializer.Deserialize<T>(
            tx.Secrets.Sealer(Purpose).Open(value, row.ToByteArray()),
            JsonSerializerOptions.Web
        )!;

    /// <summary>Two requests of this are one: the same authority's same reference.</summary>
    public static byte[] ReferenceDigest(Tx tx, string country, string authority, string reference) =>
        Digest(tx, "legal reference", $"{country}\n{Plain(authority)}\n{Plain(reference)}");

    public static byte[] ScopeDigest(Tx tx, ScopeKind kind, string value) =>
        Digest(tx, "legal scope", $"{kind}\n{value}");

    /// <summary>Of all that a plan says.</summary>
    public static string PlanDigest(Tx tx, ReleasePlan plan) =>
        Convert.ToHexStringLower(tx.Secrets.Digest("legal plan").Of(plan.ToUtf8Json()));

    private static byte[] Digest(Tx tx, string purpose, string text) =>
        tx.Secrets.Digest(purpose).Of(Encoding.UTF8.GetBytes(text));

    /// <summary>Without what differs between two who type the same.</summary>
    private static string Plain(string text) =>
        string.Concat(text.Where(char.IsLetterOrDigit)).ToUpperInvariant();
}
