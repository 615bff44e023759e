using System.Buffers.Binary;
using Vigil.Evidence;
using Vigil.FaultProbe;
using Vigil.Files;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Entries;
using Vigil.Matching.Lists;
using Vigil.Matching.Search;

// Does one kind of durable write over and over and acknowledges each on standard output, one line each. Ends
// 0 when done, 3 with the message when a write was refused; killed or ended by a failed sync otherwise.
try
{
    switch (args)
    {
        case ["replace", var path, var count, var size]:
            Repeat(count, i => Durable.Replace(path, stream => Fill(stream, i, int.Parse(size))));
            return 0;
        case ["input", var path]:
            InputFile.OpenRead(path).Dispose();
            return 0;
        case ["folder", var path]:
            Repeat("1", _ => Durable.CreateFolder(path));
            return 0;
        case ["delete", var path]:
            Repeat("1", _ => Durable.Delete(path));
            return 0;
        case ["log", var path, var ring, var count]:
            using (var keys = KeyRing.OpenOrCreate(ring))
            {
                AppendRecords(path, keys, count);
            }
            return 0;
        case ["open", var ring, var count]:
            Repeat(count, _ => KeyRing.OpenOrCreate(ring).Dispose());
            return 0;
        case ["epochs", var ring, var tenant, var count]:
            using (var keys = KeyRing.OpenOrCreate(ring))
            {
                Acknowledge("ready");
                Repeat(count, _ => keys.NewEpoch(tenant));
            }
            return 0;
        case ["rotate", var ring, var count]:
            using (var keys = KeyRing.OpenOrCreate(ring))
            {
                Repeat(count, _ => keys.RotateRoot());
            }
            return 0;
        case ["index", var folder, var ring, var count]:
            using (var keys = KeyRing.OpenOrCreate(ring))
            using (var store = PdqStore.OpenOrCreate(folder, keys))
            {
                for (var i = 0; i < int.Parse(count); i++)
                {
                    Acknowledge(GrowIndex(store).ToString());
                }
            }
            return 0;
        case ["entries", var folder, var ring, var count]:
            using (var keys = KeyRing.OpenOrCreate(ring))
            {
                GrowEntries(
                    new EntryStore(folder, new FileSealer(keys, KeyRing.DefaultTenant, "entries")),
                    count
                );
            }
            return 0;
        case ["ledger", var folder, var key, var count]:
            using (var signing = SigningKey.OpenOrCreate(key, "probe.example/ledger", SignatureType.Ed25519))
            using (var ledger = Ledger.Open(folder, signing))
            {
                Repeat(count, _ => AppendBatch(ledger));
            }
            return 0;
        case ["locker", var folder, var ring, var prefix, var count]:
            using (var keys = KeyRing.OpenOrCreate(ring))
            using (var locker = Locker.Open(folder, keys, KeyRing.DefaultTenant))
            {
                StoreAndDestroy(locker, prefix, int.Parse(count));
            }
            return 0;
        case ["custody", var folder, var database, var start, var first]:
            using (var kernel = await CustodyLife.OpenAsync(folder, database, long.Parse(start)))
            await using (new LedgerSigning(kernel))
            {
                await CustodyLife.RunAsync(kernel, int.Parse(first), Acknowledge);
            }
            return 0;
        case ["witness", var folder, var key, var state, var count]:
            using (var witness = Witness.Open(state, "probe.example/witness", TimeProvider.System))
            {
                var ledger = new LedgerFolder(folder, VerifierKey.Parse(key));
                for (var i = 0; i < int.Parse(count); i++)
                {
                    Acknowledge(CosignNewest(witness, ledger));
                }
            }
            return 0;
        default:
            Console.Error.WriteLine(
                "usage: replace|input|folder|delete|log|open|epochs|rotate|index|entries|ledger|locker|custody|witness ..."
            );
            return 2;
    }
}
catch (IOException e)
{
    Console.Error.WriteLine($"{e.GetType().Name}: {e.Message}");
    return 3;
}

static void AppendRecords(string path, KeyRing keys, string count)
{
    var next = 1;
    var context = new SealContext(KeyRing.DefaultTenant, "log", 1);
    using var log = SealedLog.Open(path, keys, context, _ => next++);
    Repeat(
        count,
        _ =>
        {
            // Lengths differ so that a torn record ends anywhere.
            var record = new byte[4 + next % 997];
            BinaryPrimitives.WriteInt32LittleEndian(record, next++);
            log.Append(record);
            log.Sync();
        },
        next
    );
}

// Adds entries, each with the hash of its number, in steps that make deltas, segments and merges; then saves. Gives
// how many there are.
static int GrowIndex(PdqStore store)
{
    var next = (int)store.Index.Current.Count;
    var many = Enumerable.Range(next, 2500).Select(HashOf).ToArray();
    store.Index.AddRange(many, 0, next);
    next += many.Length;
    for (var i = 0; i < 700; i++, next++)
    {
        store.Index.Add(HashOf(next), new Posting(0, next));
    }
    store.Save();
    return next;
}

// Adds entries, each with the hash of its number, removes every tenth, merges, saves, and acknowledges how many came.
static void GrowEntries(EntryStore store, string count)
{
    var info = new ListInfo { Name = "made", Purpose = ListPurpose.KnownCsam };
    var snapshot = store.States is [var newest, ..] ? store.TryOpen(newest)! : EntrySnapshot.Empty;
    var next = store.States is [var last, ..] ? (int)last.Sequence : 0;
    for (var i = 0; i < int.Parse(count); i++)
    {
        var building = new EntryBuilder();
        var from = next;
        for (; next < from + 3000; next++)
        {
            building.Add(Guid.Empty, IdOf(next), new EntryValue { Pdq = HashOf(next) });
        }
        snapshot = snapshot.With([building.Finish()!], [], _ => info);
        var gone = Enumerable
            .Range(from, 3000)
            .Where(number => number % 10 == 0)
            .Select(n => (Guid.Empty, IdOf(n)));
        snapshot = snapshot.With([], [.. gone], _ => info);
        while (EntryMerge.Of(snapshot, _ => true) is { } merge)
        {
            merge.Build();
            snapshot = merge.Apply(snapshot, _ => info);
        }
        store.Save(snapshot, next, Guid.Empty);
        Acknowledge(next.ToString());
    }
}

static Guid IdOf(int number) => new(number, 0, 0, new byte[8]);

// Adds 1 to 600 entries, each the text of its own index, and acknowledges the size.
static void AppendBatch(Ledger ledger)
{
    var first = ledger.Checkpoint.Size;
    var count = first % 5 == 0 ? 1 + first * 7 % 600 : 1 + first % 3;
    var entries = Enumerable
        .Range(0, (int)count)
        .Select(i => (ReadOnlyMemory<byte>)System.Text.Encoding.ASCII.GetBytes($"entry {first + i}"));
    Acknowledge($"size {ledger.Append([.. entries]).Size}");
}

// Stores objects of growing size, destroys every third one right after, closes the epochs after every tenth.
static void StoreAndDestroy(Locker locker, string prefix, int count)
{
    for (var i = 1; i <= count; i++)
    {
        var id = $"{prefix}-{i}";
        locker.Put(id, new MemoryStream(new byte[i * 7919 % 200_000]));
        Acknowledge($"put {id}");
        if (i % 3 == 0)
        {
            locker.Destroy(id, _ => false);
            Acknowledge($"gone {id}");
        }
        if (i % 10 == 0)
        {
            locker.CloseEpochs([]);
        }
    }
}

static string CosignNewest(Witness witness, LedgerFolder ledger)
{
    var next = ledger.ReadCheckpoint();
    var proof = ledger.ProveConsistency(next, witness.LastOf(ledger.Key)?.Size ?? 0);
    return witness.Cosign(ledger.Key, proof).Checkpoint.Size.ToString();
}

static PdqHash HashOf(int number)
{
    var bytes = System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(number));
    return PdqHash.FromBytes(bytes);
}

static void Repeat(string count, Action<int> write, int first = 1)
{
    for (var i = first; i < first + int.Parse(count); i++)
    {
        write(i);
        Acknowledge(i.ToString());
    }
}

static void Acknowledge(string line)
{
    Console.Out.WriteLine(line);
    Console.Out.Flush();
}

static void Fill(Stream stream, int value, int sizeBytes)
{
    var word = new byte[sizeof(int)];
    BinaryPrimitives.WriteInt32LittleEndian(word, value);
    for (var written = 0; written < sizeBytes; written += word.Length)
    {
        stream.Write(word);
    }
}
