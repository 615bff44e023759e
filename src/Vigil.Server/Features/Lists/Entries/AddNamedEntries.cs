using Vigil.Server.Features.Lists.Keeping;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Entries;

/// <summary>Which entries have one of the fingerprints that somebody outside names: equal, not near.</summary>
internal static class AddNamedEntries
{
    public static async Task AddAsync(Tx tx, FilesNamed named)
    {
        foreach (var isByPicture in (bool[])[false, true])
        {
            var values = named
                .Files.Where(file => (file.Algorithm == NamedFile.Pdq) == isByPicture)
                .Select(ValueOf)
                .ToList();
            // A signal of one fingerprint is found as a whole, one of several by its parts.
            var rows = await ManyRows.SelectWantedAsync<EntryRow>(
                tx,
                """
                select e.list_id, e.id as entry_id from wanted
                cross join signal s join list_entry e on e.tenant = s.tenant and e.signal_id = s.id
                where s.tenant = @tenant and s.kind = 'File' and s.blind = wanted.value
                """,
                values.Select(value => EntryDraft.BlindOf(tx.Secrets, SignalKind.File, value))
            );
            rows.AddRange(
                await ManyRows.SelectWantedAsync<EntryRow>(
                    tx,
                    """
                    select e.list_id, e.id as entry_id from wanted
                    cross join signal_part p join list_entry e on e.tenant = p.tenant and e.signal_id = p.signal_id
                    where p.tenant = @tenant and p.blind = wanted.value
                    """,
                    values.SelectMany(value => EntryDraft.PartsOf(tx.Secrets, value))
                )
            );
            named.Entries.UnionWith(
                rows.Select(row => new NamedEntry(new EntryKey(row.ListId, row.EntryId), isByPicture))
            );
        }
    }

    private static SignalValue ValueOf(NamedFile file) =>
        file.Algorithm switch
        {
            "md5" => new SignalValue { Md5 = file.Value },
            "sha1" => new SignalValue { Sha1 = file.Value },
            "sha256" => new SignalValue { Sha256 = file.Value },
            _ => new SignalValue { Pdq = file.Value },
        };

    private sealed class EntryRow
    {
        public Guid ListId { get; init; }
        public Guid EntryId { get; init; }
    }
}
