using Vigil.Hashing;
using Vigil.Matching.Lists;
using static Vigil.Tests.Matching.ListText;

namespace Vigil.Tests.Matching;

public class ListMergeTests
{
    private static readonly SignalList Empty = Made.List("empty", Array.Empty<PdqHash>());

    private static readonly string Md5B = Md5.Replace('0', '9');
    private static readonly string Md5C = Md5.Replace('0', '8');

    [Theory]
    [InlineData("lines")]
    [InlineData("csv")]
    [InlineData("vics")]
    public void The_same_file_twice_adds_nothing_and_says_so(string format)
    {
        var text = format switch
        {
            "lines" => $"{Md5}\n{Sha1}\nbad\n{Pdq}\n",
            "csv" => $"id,md5\na,{Md5}\nb,{Md5}\nb,{Md5B}\nc,bad\n",
            _ => Vics(
                $$"""{"MediaID":7,"MD5":"{{Md5}}"},{"MediaID":7,"MD5":"{{Md5B}}"},{"MD5":"{{Md5}}"},{"MD5":1}"""
            ),
        };
        var rejected = new List<RejectedRow>();
        var first = ListMerge.Into(Empty, Read(text), rejected.Add);
        Assert.Equal((1, 1), ((int)first.Rejected, rejected.Count));
        var second = ListMerge.Into(first.List, Read(text));
        Assert.Equal((0L, 3L, 0L, 1L), (second.Added, second.AlreadyThere, second.Updated, second.Rejected));
        Assert.Equal(first.List.Entries, second.List.Entries);
        Assert.Equal(
            first.List.Entries.Count,
            first.List.Entries.Select(entry => entry.Id).Distinct().Count()
        );
        Assert.Empty(Empty.Entries);
    }

    [Fact]
    public void Lines_that_moved_within_the_file_are_the_same_entries()
    {
        var first = ListMerge.Into(Empty, Read($"{Md5}\n{Md5B}\n"));
        var second = ListMerge.Into(first.List, Read($"{Sha1}\n{Md5B}\n{Md5}\n{Md5}\n"));
        Assert.Equal((1L, 3L, 0L), (second.Added, second.AlreadyThere, second.Updated));
        Assert.Equal(["1", "2", "1~2"], second.List.Entries.Select(entry => entry.Id));
    }

    [Fact]
    public void An_id_that_a_source_gives_does_not_replace_an_entry_that_has_only_its_line_number()
    {
        var first = ListMerge.Into(Empty, Read($"{Md5}\n"));
        var second = ListMerge.Into(first.List, Read($"id,md5\n1,{Md5B}\n"));
        Assert.Equal((1L, 0L), (second.Added, second.Updated));
        Assert.Equal(
            [Md5.ToLowerInvariant(), Md5B.ToLowerInvariant()],
            second.List.Entries.Select(entry => entry.Md5?.ToHex())
        );
    }

    [Fact]
    public void A_source_that_corrects_an_entry_updates_it()
    {
        var first = ListMerge.Into(Empty, Read($"id,md5,category\na,{Md5},1\nb,{Md5B},1\n"));
        var second = ListMerge.Into(
            first.List,
            Read($"id,sha1,md5,category\na,{Sha1},{Md5},2\nb,,{Md5B},2\n")
        );
        Assert.Equal((0L, 0L, 2L), (second.Added, second.AlreadyThere, second.Updated));
        Assert.Equal(["2", "2"], second.List.Entries.Select(entry => entry.Category));
        Assert.Equal(Sha1, second.List.Entries[0].Sha1?.ToHex());
    }

    [Fact]
    public void One_id_for_two_files_loses_neither_in_either_order()
    {
        foreach (var (x, y) in new[] { (Md5, Md5B), (Md5B, Md5) })
        {
            var first = ListMerge.Into(Empty, Read($"id,md5\n15,{Md5}\n"));
            var second = ListMerge.Into(first.List, Read($"id,md5\n15,{x}\n15,{y}\n"));
            Assert.Equal(
                new[] { Md5, Md5B }.Select(hex => hex.ToLowerInvariant()).Order(),
                second.List.Entries.Select(entry => entry.Md5!.Value.ToHex()).Order()
            );
            Assert.Equal(["15", "15~2"], second.List.Entries.Select(entry => entry.Id));
        }
    }

    [Fact]
    public void A_row_number_gives_way_to_the_sources_own_id_and_is_not_taken_for_it()
    {
        var first = ListMerge.Into(Empty, Read($"{Md5}\n{Md5B}\n"));
        var text = $"id,md5\n2,{Md5}\n1,{Md5C}\n";
        var second = ListMerge.Into(first.List, Read(text));
        Assert.Equal((1L, 1L), (second.Added, second.Updated));
        Assert.Equal(
            [("2~2", false), ("2", true), ("1", false)],
            second.List.Entries.Select(entry => (entry.Id, entry.IsIdFromRow))
        );
        Assert.Equal(3, second.List.Entries.Select(entry => entry.Md5).Distinct().Count());
        Assert.Equal(2, ListMerge.Into(second.List, Read(text)).AlreadyThere);
    }

    [Fact]
    public void Ten_thousand_rows_under_one_id_do_not_take_forever()
    {
        var luck = Made.Luck();
        var rows = Enumerable
            .Range(0, 10_000)
            .Select(_ => new ListRow(
                new ListEntry { Id = "x", Md5 = Made.Digest(luck, DigestAlgorithm.Md5) },
                null
            ));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(10_000, ListMerge.Into(Empty, rows).Added);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"{clock.Elapsed}");
    }

    [Fact]
    public void A_file_that_fails_half_way_merges_nothing() =>
        Assert.Throws<ListFormatException>(() =>
            ListMerge.Into(
                Empty,
                ListReader.Read(Bytes(Vics($$"""{"MD5":"{{Md5}}"}""")[..^1]), new ListReadOptions())
            )
        );

    private static MemoryStream Bytes(string text) => new(System.Text.Encoding.UTF8.GetBytes(text));
}
