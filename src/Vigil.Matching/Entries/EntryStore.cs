using System.Security.Cryptography;
using Vigil.Files;
using Vigil.Matching.Lists;
using Vigil.Matching.Search;

namespace Vigil.Matching.Entries;

/// <summary>A state on disk.</summary>
/// <param name="Number">Of its generation; only rises.</param>
/// <param name="Sequence">Up to which change of its source it is complete.</param>
/// <param name="Mark">What its source must still know, or the two have not the same past.</param>
public sealed record StoredState(long Number, long Sequence, Guid Mark)
{
    /// <summary>File and gone entries of each segment, oldest first.</summary>
    internal IReadOnlyList<(string Name, int[] Dead)> Segments { get; init; } = [];
}

/// <summary>
/// The segments of an <see cref="EntrySnapshot"/> in a folder, as a cache of what another place holds: sealed files
/// under names that are never used twice, and generations that name them. The generation before the last stays, and
/// serves where the last is damaged. Whoever opens one asks its source whether it knows the mark, and catches up from
/// the sequence. For one process; saving, scrubbing and opening take turns.
/// </summary>
public sealed class EntryStore
{
    private const string GenerationPrefix = "generation-";
    private const string SegmentPrefix = "segment-";
    private const int KeptGenerations = 2;
    private const int MaxSegments = 10_000;

    private readonly string _folder;
    private readonly FileSealer _sealer;

    /// <summary>The race it prevents: a file removed while another state that names it is written.</summary>
    private readonly Lock _turn = new();
    private readonly Dictionary<EntrySegment, string> _files = new(ReferenceEqualityComparer.Instance);
    private readonly List<StoredState> _states = [];
    private readonly List<string> _problems = [];
    private long _highest;

    /// <param name="folder">Is made where it is not there; holds nothing else: what is not known is removed.</param>
    /// <param name="sealer">For this store alone.</param>
    /// <exception cref="IOException">The folder cannot be made or read.</exception>
    public EntryStore(string folder, FileSealer sealer)
    {
        ArgumentNullException.ThrowIfNull(sealer);
        Durable.CreateFolder(folder);
        (_folder, _sealer) = (folder, sealer);
        foreach (var name in Names(GenerationPrefix).Order(StringComparer.Ordinal))
        {
            try
            {
                _states.Add(ReadState(name));
            }
            catch (IOException e)
            {
                _problems.Add($"{name}: {e.Message}");
            }
            _highest = Math.Max(_highest, NumberOf(name));
        }
    }

    /// <summary>The states that can be tried, newest first.</summary>
    public IReadOnlyList<StoredState> States
    {
        get
        {
            lock (_turn)
            {
                return [.. Enumerable.Reverse(_states)];
            }
        }
    }

    /// <summary>What was found damaged, cut, exchanged or gone since the last call.</summary>
    public IReadOnlyList<string> TakeProblems()
    {
        lock (_turn)
        {
            string[] problems = [.. _problems];
            _problems.Clear();
            return problems;
        }
    }

    /// <summary>Reads a state whole; null where it is damaged, which <see cref="TakeProblems"/> tells.</summary>
    public EntrySnapshot? TryOpen(StoredState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        lock (_turn)
        {
            var views = new List<SegmentView>();
            foreach (var (name, dead) in state.Segments)
            {
                try
                {
                    var segment = ReadSegment(name);
                    if (dead.Length > 0 && dead[^1] >= segment.Count)
                    {
                        throw EntryFile.Broken(name);
                    }
                    views.Add(
                        new SegmentView(
                            segment,
                            DeadEntries.None.With(dead),
                            new ListInfo?[segment.Lists.Length]
                        )
                    );
                }
                catch (IOException e)
                {
                    _problems.Add($"{name}: {e.Message}");
                    _states.Remove(state);
                    return null;
                }
            }
            _files.Clear();
            foreach (var (view, file) in views.Zip(state.Segments))
            {
                _files.Add(view.Segment, file.Name);
            }
            return new EntrySnapshot([.. views]);
        }
    }

    /// <summary>Makes a state durable: costs what is new or was merged since the last.</summary>
    /// <param name="snapshot">Complete up to <paramref name="sequence"/>.</param>
    /// <param name="sequence">Of the source.</param>
    /// <param name="mark">The source knows it already, durably.</param>
    public void Save(EntrySnapshot snapshot, long sequence, Guid mark)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        lock (_turn)
        {
            var segments = new List<(string, int[])>();
            foreach (var view in snapshot.Views)
            {
                if (!_files.TryGetValue(view.Segment, out var name))
                {
                    name = WriteSegment(view.Segment);
                    _files.Add(view.Segment, name);
                }
                segments.Add((name, [.. view.Dead.All()]));
            }
            var state = new StoredState(_highest + 1, sequence, mark) { Segments = segments };
            WriteState(state);
            _highest = state.Number;
            _states.Add(state);
            _states.RemoveRange(0, Math.Max(0, _states.Count - KeptGenerations));
            foreach (var old in _files.Keys.Except(snapshot.Views.Select(view => view.Segment)).ToList())
            {
                _files.Remove(old);
            }
            Tidy();
        }
    }

    /// <summary>
    /// Reads all files of the last state again, slowly. What is damaged is written anew by the next
    /// <see cref="Save"/>, and told by <see cref="TakeProblems"/>.
    /// </summary>
    /// <param name="pause">Is waited for after each piece of a megabyte.</param>
    /// <param name="cancellation">Ends it between two pieces.</param>
    /// <returns>Whether all is whole.</returns>
    public async Task<bool> ScrubAsync(Func<Task> pause, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(pause);
        if (States is not [var state, ..])
        {
            return true;
        }
        var isWhole = true;
        foreach (var name in state.Segments.Select(file => file.Name).Append(NameOf(state.Number)))
        {
            try
            {
                await ReadThroughAsync(name, pause, cancellation);
            }
            catch (IOException e)
            {
                lock (_turn)
                {
                    // Meanwhile another state may have been saved, which does not name it.
                    if (_states.Exists(now => now.Number == state.Number))
                    {
                        isWhole = false;
                        _problems.Add($"{name}: {e.Message}");
                        _states.RemoveAll(now => Names(now).Contains(name, StringComparer.Ordinal));
                        foreach (var damaged in _files.Where(file => file.Value == name).ToList())
                        {
                            _files.Remove(damaged.Key);
                        }
                    }
                }
            }
        }
        return isWhole;
    }

    private async Task ReadThroughAsync(string name, Func<Task> pause, CancellationToken cancellation)
    {
        var piece = new byte[1 << 20];
        await using var plain = _sealer.OpenReader(InputFile.OpenRead(PathOf(name)), name);
        try
        {
            while (plain.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false) == piece.Length)
            {
                cancellation.ThrowIfCancellationRequested();
                await pause();
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(piece);
        }
    }

    private EntrySegment ReadSegment(string name)
    {
        using var plain = _sealer.OpenReader(InputFile.OpenRead(PathOf(name)), name);
        return EntryFile.Read(plain, name);
    }

    private string WriteSegment(EntrySegment segment)
    {
        var name = $"{SegmentPrefix}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";
        Write(name, to => EntryFile.Write(to, segment));
        return name;
    }

    private void WriteState(StoredState state) =>
        Write(
            NameOf(state.Number),
            to =>
            {
                using var writer = new BinaryWriter(to, System.Text.Encoding.UTF8, leaveOpen: true);
                writer.Write(state.Sequence);
                writer.Write(state.Mark.ToByteArray());
                writer.Write(state.Segments.Count);
                foreach (var (name, dead) in state.Segments)
                {
                    writer.Write(name);
                    writer.Write(dead.Length);
                    Array.ForEach(dead, writer.Write);
                }
            }
        );

    private StoredState ReadState(string name)
    {
        using var plain = _sealer.OpenReader(InputFile.OpenRead(PathOf(name)), name);
        using var reader = new BinaryReader(plain);
        try
        {
            var (sequence, mark) = (reader.ReadInt64(), new Guid(reader.ReadBytes(16)));
            var segments = new (string, int[])[Checked(reader.ReadInt32(), MaxSegments, name)];
            for (var i = 0; i < segments.Length; i++)
            {
                var file = reader.ReadString();
                var dead = new int[Checked(reader.ReadInt32(), EntrySegment.MaxEntries, name)];
                for (var j = 0; j < dead.Length; j++)
                {
                    dead[j] = reader.ReadInt32();
                }
                segments[i] = (file, dead);
            }
            return plain.ReadByte() < 0
                ? new StoredState(NumberOf(name), sequence, mark) { Segments = segments }
                : throw EntryFile.Broken(name);
        }
        catch (EndOfStreamException e)
        {
            throw EntryFile.Broken(name, e);
        }
    }

    private void Write(string name, Action<Stream> write) =>
        Durable.Replace(
            PathOf(name),
            file =>
            {
                using var sealing = _sealer.CreateWriter(file, name);
                write(sealing);
                sealing.Complete();
            }
        );

    /// <summary>Removes what no state names, also what a killed writer left.</summary>
    private void Tidy()
    {
        var kept = _states.SelectMany(Names).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(_folder))
        {
            if (!kept.Contains(Path.GetFileName(path)))
            {
                Durable.Delete(path);
            }
        }
    }

    private IEnumerable<string> Names(string prefix) =>
        Directory.EnumerateFiles(_folder, prefix + "*").Select(path => Path.GetFileName(path));

    private static IEnumerable<string> Names(StoredState state) =>
        state.Segments.Select(file => file.Name).Append(NameOf(state.Number));

    private string PathOf(string name) => Path.Combine(_folder, name);

    private static string NameOf(long number) => $"{GenerationPrefix}{number:x16}";

    private static long NumberOf(string name) =>
        long.TryParse(
            name[GenerationPrefix.Length..],
            System.Globalization.NumberStyles.AllowHexSpecifier,
            System.Globalization.CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : 0;

    private static int Checked(int count, int most, string name) =>
        count >= 0 && count <= most ? count : throw EntryFile.Broken(name);
}
