using System.Text;

namespace Vigil.Trust;

/// <summary>
/// How values of lists stand in the database, for those who write and those who look up: purposes of keys,
/// places of seals. Changing one makes what is stored unreadable.
/// </summary>
public static class ListSecrets
{
    /// <summary>Purpose of <see cref="TenantSecrets.Sealer"/> for <c>signal.sealed</c>.</summary>
    public const string SignalSealer = "list signal";

    /// <summary>Purpose of the blind index over a signal's value.</summary>
    public const string SignalBlind = "list signal blind";

    /// <summary>Purpose of the blind index over one fingerprint of a signal.</summary>
    public const string PartBlind = "list signal part";

    /// <summary>Purpose of digests of normalised URLs; bytes: UTF-8.</summary>
    public const string UrlPurpose = "list url";

    /// <summary>Purpose of digests of normalised host names; bytes: UTF-8.</summary>
    public const string DomainPurpose = "list domain";

    /// <summary>Purpose of <c>suppression.sha256_blind</c>; bytes: the 32 of the digest.</summary>
    public const string SuppressionSha256 = "suppression sha256";

    /// <summary>Purpose of <c>suppression.md5_sha1_blind</c>; bytes: the 16 of MD5, then the 20 of SHA-1.</summary>
    public const string SuppressionMd5Sha1 = "suppression md5 sha1";

    /// <summary>Purpose of the digest of a decided or sealed file; bytes: the 32 of its SHA-256.</summary>
    private const string FileSha256 = "decision sha256";

    private const string FileMd5 = "content md5";
    private const string FileSha1 = "content sha1";

    private static ReadOnlySpan<byte> PlaceHead => "signal\n"u8;

    /// <summary>For the row of <c>signal</c> with this id, and no other.</summary>
    public static byte[] Seal(TenantSecrets secrets, Guid signalId, SignalValue value)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        ArgumentNullException.ThrowIfNull(value);
        return secrets.Sealer(SignalSealer).Seal(value.Encode(), Place(signalId));
    }

    /// <exception cref="Files.SealBrokenException">Altered, or another row's.</exception>
    public static SignalValue Open(TenantSecrets secrets, Guid signalId, ReadOnlySpan<byte> sealedValue)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        return SignalValue.Decode(secrets.Sealer(SignalSealer).Open(sealedValue, Place(signalId)));
    }

    /// <summary>Each for its row of <c>signal</c>; much faster than one by one.</summary>
    public static byte[][] SealMany(
        TenantSecrets secrets,
        IReadOnlyList<(Guid SignalId, SignalValue Value)> signals
    )
    {
        ArgumentNullException.ThrowIfNull(secrets);
        return secrets
            .Sealer(SignalSealer)
            .SealMany([.. signals.Select(one => (one.Value.Encode(), Place(one.SignalId)))]);
    }

    /// <summary>Rows of <c>signal</c> or <c>scan_entry</c>; much faster than one by one.</summary>
    /// <exception cref="Files.SealBrokenException">One is altered, or another row's.</exception>
    public static SignalValue[] OpenMany(
        TenantSecrets secrets,
        IReadOnlyList<(Guid SignalId, byte[] SealedValue)> signals
    )
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var opened = secrets
            .Sealer(SignalSealer)
            .OpenMany([.. signals.Select(one => (one.SealedValue, Place(one.SignalId)))]);
        return Array.ConvertAll(opened, bytes => SignalValue.Decode(bytes));
    }

    /// <param name="secrets">The tenant's.</param>
    /// <param name="url">As <see cref="UrlSignal.Url"/> gives it.</param>
    public static byte[] UrlDigest(TenantSecrets secrets, string url) => Of(secrets, UrlPurpose, url);

    /// <param name="secrets">The tenant's.</param>
    /// <param name="host">One of <see cref="UrlSignal.Domains"/>.</param>
    public static byte[] DomainDigest(TenantSecrets secrets, string host) => Of(secrets, DomainPurpose, host);

    public static byte[] Sha256Blind(TenantSecrets secrets, ReadOnlySpan<byte> sha256)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        return secrets.Digest(SuppressionSha256).Of(sha256);
    }

    /// <summary>As it stands with decisions and with contents, so that equal files are found.</summary>
    public static byte[] FileBlind(TenantSecrets secrets, ReadOnlySpan<byte> sha256)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        return secrets.Digest(FileSha256).Of(sha256);
    }

    /// <summary>Of a sealed file, so that it is found where somebody knows it by MD5 alone.</summary>
    public static byte[] FileMd5Blind(TenantSecrets secrets, ReadOnlySpan<byte> md5)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        return secrets.Digest(FileMd5).Of(md5);
    }

    /// <inheritdoc cref="FileMd5Blind"/>
    public static byte[] FileSha1Blind(TenantSecrets secrets, ReadOnlySpan<byte> sha1)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        return secrets.Digest(FileSha1).Of(sha1);
    }

    public static byte[] Md5Sha1Blind(TenantSecrets secrets, ReadOnlySpan<byte> md5, ReadOnlySpan<byte> sha1)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        return secrets.Digest(SuppressionMd5Sha1).Of([.. md5, .. sha1]);
    }

    private static byte[] Of(TenantSecrets secrets, string purpose, string text)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        return secrets.Digest(purpose).Of(Encoding.UTF8.GetBytes(text));
    }

    private static byte[] Place(Guid signalId) => [.. PlaceHead, .. signalId.ToByteArray()];
}
