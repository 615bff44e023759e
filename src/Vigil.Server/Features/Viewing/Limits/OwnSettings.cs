using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Limits;

/// <summary>What a person lets come before their own eyes. Only they set it; nobody can weaken it.</summary>
public sealed record OwnSettings
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
    };

    public RevealWish Reveal { get; init; }
    public RenditionWish Renditions { get; init; }

    /// <summary>1 to 30; the tenant's rule where that is shorter.</summary>
    public int RevealSeconds { get; init; } = 10;

    /// <summary>10 to 600; the tenant's rule where that is shorter.</summary>
    public int VideoSeconds { get; init; } = 120;

    /// <summary>No sound of a video is ever played.</summary>
    public bool NoSound { get; init; }

    public IReadOnlyList<HarmKind> OptOuts { get; init; } = [];

    public byte[] Seal(Tx tx, string viewer) =>
        tx
            .Secrets.Sealer("viewing own")
            .Seal(JsonSerializer.SerializeToUtf8Bytes(this, Json), Encoding.UTF8.GetBytes(viewer));

    public static OwnSettings Open(Tx tx, string viewer, byte[] sealedOwn) =>
        JsonSerializer.Deserialize<OwnSettings>(
            tx.Secrets.Sealer("viewing own").Open(sealedOwn, Encoding.UTF8.GetBytes(viewer)),
            Json
        )!;
}

public enum RevealWish
{
    AsItIs,

    /// <summary>Whole and sharp, without colours. It does not count as viewed.</summary>
    Grey,
    Never,
}

public enum RenditionWish
{
    Any,

    /// <summary>Strongly blurred and grey only.</summary>
    StrongOnly,
    None,
}

/// <summary>A person's row: own settings, pause, shift.</summary>
public sealed record ViewingPerson(OwnSettings Own, DateTimeOffset? PausedAt, DateTimeOffset? ShiftEndsAt)
{
    public static async Task<ViewingPerson> ReadAsync(Tx tx, string viewer)
    {
        var row = await tx.FindAsync<Row>(
            "select own, paused_at, shift_ends_at from viewing_person where tenant = @tenant and viewer = @viewer",
            new { viewer }
        );
        return row is null
            ? new ViewingPerson(new OwnSettings(), null, null)
            : new ViewingPerson(OwnSettings.Open(tx, viewer, row.Own), row.PausedAt, row.ShiftEndsAt);
    }

    public Task<int> WriteAsync(Tx tx, string viewer) =>
        tx.ExecuteAsync(
            """
            insert into viewing_person (tenant, viewer, own, paused_at, shift_ends_at)
            values (@tenant, @viewer, @own, @pausedAt, @shiftEndsAt)
            on conflict (tenant, viewer) do update
            set own = excluded.own, paused_at = excluded.paused_at, shift_ends_at = excluded.shift_ends_at
            """,
            new
            {
                viewer,
                own = Own.Seal(tx, viewer),
                pausedAt = PausedAt,
                shiftEndsAt = ShiftEndsAt,
            }
        );

    private sealed class Row
    {
        public byte[] Own { get; init; } = [];
        public DateTimeOffset? PausedAt { get; init; }
        public DateTimeOffset? ShiftEndsAt { get; init; }
    }
}
