using System.Text;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// Personal data of cases: sealed per value, bound to the row it stands in, found again by keyed digests.
/// </summary>
internal static class Sealed
{
    private const string Purpose = "case";

    public static byte[]? Seal(Tx tx, string? text, Guid row) =>
        text is null
            ? null
            : tx.Secrets.Sealer(Purpose).Seal(Encoding.UTF8.GetBytes(text), row.ToByteArray());

    public static string? Open(Tx tx, byte[]? value, Guid row) =>
        value is null
            ? null
            : Encoding.UTF8.GetString(tx.Secrets.Sealer(Purpose).Open(value, row.ToByteArray()));

    public static byte[] AccountDigest(Tx tx, string account) =>
        tx.Secrets.Digest("case account").Of(Encoding.UTF8.GetBytes(account));

    public static byte[] ContentDigest(Tx tx, string? account, string contentRef) =>
        tx.Secrets.Digest("case content").Of(Encoding.UTF8.GetBytes($"{account}\n{contentRef}"));

    /// <summary>Whoever's it is; addresses in their one form.</summary>
    public static byte[] ContentAlone(Tx tx, string contentRef) =>
        tx
            .Secrets.Digest("case content alone")
            .Of(
                Encoding.UTF8.GetBytes(
                    contentRef.Contains("://", StringComparison.Ordinal)
                    && UrlSignal.TryParse(contentRef, out var address)
                        ? address!.Url
                        : contentRef
                )
            );

    /// <summary>Of who said something about an account; null: the platform did not say who.</summary>
    public static byte[]? ReporterDigest(Tx tx, string? account, string? reporter) =>
        reporter is null
            ? null
            : tx.Secrets.Digest("case reporter").Of(Encoding.UTF8.GetBytes($"{account}\n{reporter}"));

    public static byte[] FlagDigest(Tx tx, string what) =>
        tx.Secrets.Digest("case flag").Of(Encoding.UTF8.GetBytes(what));
}
