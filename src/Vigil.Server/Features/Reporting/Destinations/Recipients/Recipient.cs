using Vigil.Evidence;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>Somebody's key that packages are sealed to, and who compared it with its owner.</summary>
internal sealed class Recipient
{
    private const string Columns = """
        id, destination, country, name, public_key, fingerprint, added_at, added_by, verified_at, verified_by,
        verified_how, revoked_at, revoked_by, revoked_because
        """;

    public Guid Id { get; init; }
    public string Destination { get; init; } = "";

    /// <summary>Whose authority it is, where there is one of each country: ISO 3166 code; else empty.</summary>
    public string Country { get; init; } = "";
    public string Name { get; init; } = "";
    public byte[] PublicKey { get; init; } = [];
    public string Fingerprint { get; init; } = "";
    public DateTimeOffset AddedAt { get; init; }
    public string AddedBy { get; init; } = "";

    /// <summary>Null: nobody compared it yet; it is not used.</summary>
    public DateTimeOffset? VerifiedAt { get; init; }
    public string? VerifiedBy { get; init; }

    /// <summary>How, outside this program.</summary>
    public string? VerifiedHow { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public string? RevokedBy { get; init; }
    public string? RevokedBecause { get; init; }

    public bool IsUsable => VerifiedAt is not null && RevokedAt is null;

    public RecipientKey Key => RecipientKey.FromBytes(PublicKey);

    public static Task<IReadOnlyList<Recipient>> ListAsync(Tx tx) =>
        tx.QueryAsync<Recipient>(
            $"select {Columns} from recipient where tenant = @tenant order by added_at desc, id limit {Recipients.Most}"
        );

    public static Task<Recipient?> FindAsync(Tx tx, Guid id) =>
        tx.FindAsync<Recipient>(
            $"select {Columns} from recipient where tenant = @tenant and id = @id{tx.ForUpdate}",
            new { id }
        );
}
