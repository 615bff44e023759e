namespace Vigil.Trust;

/// <summary>Records legal bases. Each call is an act in the ledger; in force within two seconds.</summary>
public static class ScanBases
{
    public const int MaxLegalBasisCharacters = 2000;
    public const int MaxAssessmentCharacters = 500;

    /// <summary>Most bases of a tenant.</summary>
    public const int MaxBases = 1000;

    /// <summary>Longest life of one: by then somebody looks at the law again.</summary>
    public static readonly TimeSpan MaxLife = TimeSpan.FromDays(3 * 366);

    private const string Columns =
        "id, jurisdiction, surfaces, legal_basis, assessment, starts_on, ends_on, "
        + "recorded_at, recorded_by, ended_at, ended_by";

    /// <exception cref="ScanBasisException">Something is missing or out of range; the text says what.</exception>
    public static async Task<ScanBasis> RecordAsync(Tx tx, ScanBasis wanted)
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(wanted);
        Check(wanted);
        var count = await tx.FindAsync<long>("select count(*) from scan_basis where tenant = @tenant");
        Require(count < MaxBases, $"A tenant has at most {MaxBases} bases.");
        var basis = wanted with
        {
            Id = tx.NewId(),
            LegalBasis = wanted.LegalBasis.Trim(),
            Assessment = wanted.Assessment.Trim(),
            RecordedAt = tx.Now,
            RecordedBy = tx.Actor.Name,
            EndedAt = null,
            EndedBy = null,
        };
        await tx.ExecuteAsync(
            """
            insert into scan_basis (tenant, id, jurisdiction, surfaces, legal_basis, assessment, starts_on, ends_on,
                recorded_at, recorded_by)
            values (@tenant, @id, @jurisdiction, @surfaces, @legalBasis, @assessment, @startsOn, @endsOn,
                @recordedAt, @recordedBy)
            """,
            new
            {
                id = basis.Id,
                jurisdiction = basis.Jurisdiction,
                surfaces = basis.Surfaces,
                legalBasis = basis.LegalBasis,
                assessment = basis.Assessment,
                startsOn = basis.StartsOn,
                endsOn = basis.EndsOn,
                recordedAt = basis.RecordedAt,
                recordedBy = basis.RecordedBy,
            }
        );
        await tx.RecordAsync(
            new LedgerAct("scan_basis.recorded", basis.Id.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["jurisdiction"] = basis.Jurisdiction,
                    ["surfaces"] = basis.Surfaces,
                    ["assessment"] = basis.Assessment,
                    ["ends"] = basis.EndsOn.ToString("O"),
                },
            }
        );
        return basis;
    }

    /// <summary>Newest first.</summary>
    public static Task<IReadOnlyList<ScanBasis>> ListAsync(Tx tx)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return tx.QueryAsync<ScanBasis>(
            $"select {Columns} from scan_basis where tenant = @tenant order by recorded_at desc, id limit {MaxBases}"
        );
    }

    /// <summary>Ends one before its time. False when there is none of this id, or it is ended already.</summary>
    public static async Task<bool> EndAsync(Tx tx, Guid id)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var changed = await tx.ExecuteAsync(
            """
            update scan_basis set ended_at = @at, ended_by = @by
            where tenant = @tenant and id = @id and ended_at is null
            """,
            new
            {
                id,
                at = tx.Now,
                by = tx.Actor.Name,
            }
        );
        await tx.RecordAsync(new LedgerAct("scan_basis.ended", id.ToString()));
        return changed == 1;
    }

    private static void Check(ScanBasis basis)
    {
        var isGroup = KnownJurisdictions.Groups.Contains(basis.Jurisdiction, StringComparer.Ordinal);
        Require(
            isGroup || KnownJurisdictions.IsWellFormed(basis.Jurisdiction),
            $"The jurisdiction is a code as DE (ISO 3166-1), or {string.Join(" or ", KnownJurisdictions.Groups)}."
        );
        var surfaces = basis.Surfaces.Split(',');
        Require(
            surfaces.All(name =>
                Surfaces.TryParse(name, out var surface) && Surfaces.IsPrivateCommunication(surface)
            ),
            "Surfaces are direct_message, group_message or email: the others need no basis."
        );
        Require(surfaces.Distinct().Count() == surfaces.Length, "Name each surface once.");
        Require(
            IsText(basis.LegalBasis, MaxLegalBasisCharacters),
            $"The legal basis is 1 to {MaxLegalBasisCharacters} characters: the law that allows it."
        );
        Require(
            IsText(basis.Assessment, MaxAssessmentCharacters),
            $"The impact assessment's reference is 1 to {MaxAssessmentCharacters} characters: where it is kept."
        );
        Require(basis.EndsOn > basis.StartsOn, "The end date is after the start.");
        Require(
            basis.EndsOn - basis.StartsOn <= MaxLife,
            $"A basis lasts at most {MaxLife.TotalDays} days; record it again then."
        );
    }

    private static bool IsText(string text, int max) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= max;

    private static void Require(bool holds, string advice)
    {
        if (!holds)
        {
            throw new ScanBasisException(advice);
        }
    }
}

/// <summary>A basis that says too little or too much; the text says what to do.</summary>
public sealed class ScanBasisException(string advice) : Exception(advice);
