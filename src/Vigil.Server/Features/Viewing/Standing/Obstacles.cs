using Vigil.Server.Features.Viewing.Seeing;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Standing;

/// <summary>What a look found a content to be, or a file equal to it.</summary>
internal sealed record FileTry
{
    public Guid ContentId { get; init; }
    public Found Found { get; init; }
    public string ShownAs { get; init; } = "";

    /// <summary>In this case; otherwise in another, at an equal file.</summary>
    public bool IsHere { get; init; }

    /// <summary>As much as can be shown of it, not a sixteenth.</summary>
    public bool IsLook => Found != Found.Nothing && ShownAs != "tile";

    public static async Task<IReadOnlyList<FileTry>> OfCaseAsync(Tx tx, CaseRef reference) =>
        await tx.QueryAsync<FileTry>(
            """
            select distinct c.id as content_id, v.found, v.shown_as, o.case_ref = c.case_ref as is_here
            from content_overview c
            join content_overview o on o.tenant = c.tenant and o.sha256_digest = c.sha256_digest
            join viewing_record v on v.tenant = o.tenant and v.content_id = o.id
            where c.tenant = @tenant and c.case_ref = @reference and v.found is not null
            """,
            new { reference = reference.Value }
        );
}

/// <summary>
/// Why a content cannot be shown whole, by its first bytes and by what looks found; and whether a person looked at what
/// can be shown of it. Neither makes it viewed.
/// </summary>
internal static class Obstacles
{
    /// <param name="row">The content.</param>
    /// <param name="tries">At it, and at files equal to it.</param>
    /// <param name="anywhere">A look at an equal file in another case is enough.</param>
    /// <returns>No obstacle: it can be shown whole as far as is known.</returns>
    public static (ShowObstacle? Obstacle, bool IsLookedAt) Of(
        ContentRow row,
        IEnumerable<FileTry> tries,
        bool anywhere
    )
    {
        var found = tries.ToList();
        var isLookedAt = found.Exists(one => one.IsLook && (one.IsHere || anywhere));
        bool Was(Found what) => found.Exists(one => one.Found == what);
        if (row.IsOther || (found.Count > 0 && found.TrueForAll(one => one.Found == Found.Nothing)))
        {
            // There is nothing to look at.
            return (ShowObstacle.Undecodable, true);
        }
        ShowObstacle? obstacle =
            row.IsVideo ? ShowObstacle.Video
            : Was(Found.Animation) ? ShowObstacle.Animation
            : Was(Found.Truncated) ? ShowObstacle.Truncated
            : Was(Found.TooLong) ? ShowObstacle.TooLong
            : null;
        return (obstacle, isLookedAt);
    }
}
