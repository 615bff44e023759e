using Vigil.Matching;
using Vigil.Matching.Lists;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Index;

internal sealed partial class Segment
{
    /// <summary>Takes what was read, row by row. For one thread.</summary>
    public sealed class Builder
    {
        private readonly Dictionary<Guid, Part> _parts = [];
        private readonly Dictionary<Blind, List<Address>> _addresses = [];

        public int Count { get; private set; }

        public void Add(IndexRow row)
        {
            Count++;
            if (row.Kind != SignalKind.File)
            {
                Add(Blind.Of(row.Value!.Digest), new Address(row.Key, row.Generation, row.Kind));
                return;
            }
            var part = PartOf(row.Key.ListId);
            if (part.Entries.Add(row.Value!))
            {
                part.Ids.Add(row.Key.EntryId);
                part.Generations.Add(row.Generation);
            }
        }

        internal void Add(Blind digest, Address address)
        {
            if (!_addresses.TryGetValue(digest, out var same))
            {
                _addresses.Add(digest, same = []);
            }
            same.Add(address);
        }

        internal void Add(Part from, Overrides overrides)
        {
            var part = PartOf(from.ListId);
            for (var i = 0; i < from.Ids.Count; i++)
            {
                if (overrides.Holds(new EntryKey(from.ListId, from.Ids[i]), from.Generations[i]))
                {
                    part.Entries.Add(from.Entries, i);
                    part.Ids.Add(from.Ids[i]);
                    part.Generations.Add(from.Generations[i]);
                }
            }
        }

        /// <summary>Sorts. Takes a second or two for a million rows.</summary>
        public Segment Finish(IReadOnlyDictionary<Guid, IndexedList> lists)
        {
            var parts = _parts.Values.Where(part => part.Ids.Count > 0).ToArray();
            Array.ForEach(parts, part => part.Entries.Close());
            var files = MatchIndex.Build([
                .. parts.Select(part => new SignalList(lists[part.ListId].Info, part.Entries)),
            ]);
            return new Segment(
                parts,
                files,
                _addresses.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray())
            );
        }

        private Part PartOf(Guid list)
        {
            if (!_parts.TryGetValue(list, out var part))
            {
                _parts.Add(list, part = new Part(list));
            }
            return part;
        }
    }
}
