using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>Records bases of transfer; each call is an act in the ledger.</summary>
internal static class TransferBases
{
    public const int MaxReferenceCharacters = 1000;

    /// <summary>Most bases of a tenant.</summary>
    public const int Most = 1000;

    /// <summary>Longest life of one: by then somebody looks at the law again.</summary>
    public static readonly TimeSpan MaxLife = TimeSpan.FromDays(3 * 366);

    private const string Columns =
        "id, destination, legal_reference, starts_on, ends_on, recorded_at, recorded_by, ended_at, ended_by";

    /// <summary>Newest first.</summary>
    public static Task<IReadOnlyList<TransferBasis>> ListAsync(Tx tx) =>
        tx.QueryAsync<TransferBasis>(
            $"select {Columns} from transfer_basis where tenant = @tenant order by recorded_at desc, id limit {Most}"
        );

    public static async Task<TransferBasis> RecordAsync(
        Tx tx,
        string destination,
        string legalReference,
        DateTimeOffset? startsOn,
        DateTimeOffset? endsOn
    )
    {
        var basis = new TransferBasis
        {
            Id = tx.NewId(),
            Destination = destination,
            LegalReference = legalReference.Trim(),
            StartsOn = startsOn ?? tx.Now,
            EndsOn = endsOn ?? default,
            RecordedAt = tx.Now,
            RecordedBy = tx.Actor.Name,
        };
        await CheckAsync(tx, basis);
        await tx.ExecuteAsync(
            """
            insert into transfer_basis (tenant, id, destination, legal_reference, starts_on, ends_on, recorded_at,
                recorded_by)
            values (@tenant, @id, @destination, @legalReference, @startsOn, @endsOn, @recordedAt, @recordedBy)
            """,
            new
            {
                id = basis.Id,
                destination = basis.Destination,
                legalReference = basis.LegalReference,
                startsOn = basis.StartsOn,
                endsOn = basis.EndsOn,
                recordedAt = basis.RecordedAt,
                recordedBy = basis.RecordedBy,
            }
        );
        await tx.RecordAsync(
            new LedgerAct("transfer_basis.recorded", basis.Id.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["destination"] = basis.Destination,
                    ["reference"] = basis.LegalReference,
                    ["ends"] = basis.EndsOn.ToString("O"),
                },
            }
        );
        return basis;
    }

    /// <summary>Ends one before its time.</summary>
    public static async Task EndAsync(Tx tx, Guid id)
    {
        var changed = await tx.ExecuteAsync(
            """
            update transfer_basis set ended_at = @at, ended_by = @by
            where tenant = @tenant and id = @id and ended_at is null
            """,
            new
            {
                id,
                at = tx.Now,
                by = tx.Actor.Name,
            }
        );
        if (changed == 0)
        {
            throw ProblemException.NotFound("There is no basis of this id that is not ended already.");
        }
        await tx.RecordAsync(new LedgerAct("transfer_basis.ended", id.ToString()));
    }

    private static async Task CheckAsync(Tx tx, TransferBasis basis)
    {
        var needs = DutyBook.Current.Duties.Any(duty =>
            duty.NeedsTransferBasis && duty.Destination == basis.Destination
        );
        if (!needs)
        {
            throw ProblemException.BadRequest(
                "no_basis_needed",
                "'destination' is one that needs a basis, as cybertip."
            );
        }
        Recipients.RequireText(basis.LegalReference, "legalReference", MaxReferenceCharacters);
        if (basis.EndsOn <= basis.StartsOn || basis.EndsOn - basis.StartsOn > MaxLife)
        {
            throw ProblemException.BadRequest(
                "bad_end",
                $"'endsOn' is after the start, by at most {MaxLife.TotalDays:0} days: then the law is looked at again."
            );
        }
        if (await tx.FindAsync<long>("select count(*) from transfer_basis where tenant = @tenant") >= Most)
        {
            throw ProblemException.Conflict("too_many_bases", $"A tenant has at most {Most} bases.");
        }
    }
}
