using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Lists;
using static Vigil.Matching.DigestComparison;

namespace Vigil.Tests.Matching;

// Here the name alone would be the project Vigil.Evidence.
using Evidence = Vigil.Matching.Evidence;

public class MatchRulesTests
{
    private static readonly bool?[] Digests = [null, true, false];
    private static readonly int?[] Distances = [null, 0, 10, 11, 31, 32, 63, 64, 128];
    private static readonly int[] Qualities = [50, 79, 80, 100];
    private static readonly int?[] EntryQualities = [null, 79, 80];
    private static readonly int[] Radii = [0, 5, 31, 63];
    private static readonly bool[] Flags = [false, true];

    /// <summary>A cell of a collage, or a picture without its border, says nothing of the file as a whole.</summary>
    [Fact]
    public void A_piece_of_a_picture_is_similar_at_most_and_contradicts_nothing()
    {
        var cases =
            from md5 in Digests
            from sha256 in Digests
            from distance in Distances
            from viewed in Flags
            from eligible in Flags
            select new Evidence
            {
                Md5 = RulesOracle.Word(md5),
                Sha256 = RulesOracle.Word(sha256),
                DistanceBits = distance,
                PictureQuality = new Quality(100),
                Radius = Radius.Default,
                IsReportEligible = eligible,
                WasViewedHere = viewed,
                IsPiece = true,
            };
        foreach (var evidence in cases)
        {
            // The same without any picture says what the digests are worth alone.
            var digestsAlone = MatchRules.Classify(evidence with { DistanceBits = null });
            var expected =
                digestsAlone is null or MatchStrength.WeakDigest && evidence.DistanceBits <= 31
                    ? evidence.DistanceBits <= 31
                        ? MatchStrength.Similar
                        : (MatchStrength?)null
                    : digestsAlone;
            Assert.Equal(expected, MatchRules.Classify(evidence));
        }
    }

    [Fact]
    public void A_piece_neither_corroborates_a_weak_digest_nor_takes_a_contradiction_away()
    {
        var hash = new PdqHash(1, 2, 3, 4);
        var far = new PdqHash(~1UL, ~2UL, ~3UL, ~4UL);
        var md5 = Made.Digest(Made.Luck(), DigestAlgorithm.Md5);
        var index = MatchIndex.Build([
            Made.List(
                "list",
                [
                    new ListEntry
                    {
                        Id = "e",
                        Pdq = hash,
                        Md5 = md5,
                    },
                ]
            ),
        ]);

        Assert.Equal(MatchStrength.Exact, Strength(md5, [hash], wholes: 1));
        Assert.Equal(MatchStrength.Similar, Strength(null, [hash], wholes: 0));
        Assert.Equal(MatchStrength.Similar, Strength(null, [far, hash], wholes: 1));
        Assert.Equal(MatchStrength.Contradiction, Strength(md5, [far, hash], wholes: 1));
        Assert.Equal(MatchStrength.Similar, Strength(md5, [hash], wholes: 0));
        Assert.Equal(MatchStrength.Exact, Strength(md5, [hash, far], wholes: 1));

        MatchStrength Strength(Digest? digest, PdqHash[] pictures, int wholes) =>
            index
                .Query(
                    new Fingerprint
                    {
                        Md5 = digest,
                        Pictures = [.. pictures.Select(picture => new PdqResult(picture, new Quality(100)))],
                        WholePictures = wholes,
                    }
                )
                .Single()
                .Strength;
    }

    [Fact]
    public void Every_combination_is_judged_as_the_definitions_say()
    {
        var seen = new Dictionary<string, int>();
        var cases =
            from md5 in Digests
            from sha1 in Digests
            from sha256 in Digests
            from distance in Distances
            from quality in Qualities
            from entryQuality in EntryQualities
            from radius in Radii
            from eligible in Flags
            from viewed in Flags
            select (md5, sha1, sha256, distance, quality, entryQuality, radius, eligible, viewed);
        foreach (var c in cases)
        {
            var actual = MatchRules.Classify(
                new Evidence
                {
                    Md5 = RulesOracle.Word(c.md5),
                    Sha1 = RulesOracle.Word(c.sha1),
                    Sha256 = RulesOracle.Word(c.sha256),
                    DistanceBits = c.distance,
                    PictureQuality = new Quality(c.quality),
                    EntryQuality = RulesOracle.Of(c.entryQuality),
                    Radius = new Radius(c.radius),
                    IsReportEligible = c.eligible,
                    WasViewedHere = c.viewed,
                }
            );
            var expected = RulesOracle.Judge(
                [c.md5, c.sha1, c.sha256],
                c.distance,
                c.quality,
                c.entryQuality,
                c.radius,
                c.eligible,
                c.viewed
            );
            Assert.True(expected == actual, $"{c}: expected {expected}, got {actual}");
            var key = actual?.ToString() ?? "none";
            seen[key] = seen.GetValueOrDefault(key) + 1;
        }
        var report = string.Join(
            ", ",
            seen.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value}")
        );
        TestContext.Current.TestOutputHelper?.WriteLine(report);
        Assert.Equal(27 * 9 * 4 * 3 * 4 * 4, seen.Values.Sum());
        Assert.Equal(6, seen.Count);
        Assert.All(seen.Values, count => Assert.True(count > 100, report));
    }

    [Fact]
    public void Equal_SHA_256_is_exact() =>
        Assert.Equal(MatchStrength.Exact, MatchRules.Classify(new Evidence { Sha256 = Equal }));

    [Fact]
    public void Equal_MD5_and_SHA_1_are_exact_where_the_entry_has_no_SHA_256() =>
        Assert.Equal(MatchStrength.Exact, MatchRules.Classify(new Evidence { Md5 = Equal, Sha1 = Equal }));

    [Fact]
    public void A_collision_of_both_weak_digests_is_a_contradiction_not_a_match() =>
        Assert.Equal(
            MatchStrength.Contradiction,
            MatchRules.Classify(
                new Evidence
                {
                    Md5 = Equal,
                    Sha1 = Equal,
                    Sha256 = Different,
                    IsReportEligible = true,
                }
            )
        );

    [Fact]
    public void An_entry_that_agrees_by_SHA_256_and_not_by_MD5_is_a_contradiction() =>
        Assert.Equal(
            MatchStrength.Contradiction,
            MatchRules.Classify(new Evidence { Sha256 = Equal, Md5 = Different })
        );

    [Fact]
    public void One_weak_digest_alone_means_review_even_on_a_report_eligible_list() =>
        Assert.Equal(
            MatchStrength.WeakDigest,
            MatchRules.Classify(new Evidence { Md5 = Equal, IsReportEligible = true })
        );

    [Theory]
    [InlineData(10, 80, MatchStrength.Exact)]
    [InlineData(11, 80, MatchStrength.Similar)]
    [InlineData(10, 79, MatchStrength.Similar)]
    [InlineData(63, 80, MatchStrength.WeakDigest)]
    [InlineData(64, 80, MatchStrength.Contradiction)]
    [InlineData(64, 79, MatchStrength.WeakDigest)]
    public void A_picture_speaks_for_or_against_an_equal_MD5(int bits, int quality, MatchStrength expected) =>
        Assert.Equal(
            expected,
            MatchRules.Classify(
                new Evidence
                {
                    Md5 = Equal,
                    DistanceBits = bits,
                    PictureQuality = new Quality(quality),
                    Radius = Radius.Default,
                }
            )
        );

    [Fact]
    public void A_re_encoded_picture_with_other_digests_is_plainly_similar() =>
        Assert.Equal(
            MatchStrength.Similar,
            MatchRules.Classify(
                new Evidence
                {
                    Md5 = Different,
                    Sha1 = Different,
                    Sha256 = Different,
                    DistanceBits = 0,
                    PictureQuality = new Quality(100),
                    IsReportEligible = true,
                    Radius = Radius.Default,
                }
            )
        );

    [Fact]
    public void A_narrow_radius_does_not_turn_a_decoders_difference_into_an_alarm() =>
        Assert.Equal(
            MatchStrength.WeakDigest,
            MatchRules.Classify(
                new Evidence
                {
                    Md5 = Equal,
                    DistanceBits = 14,
                    PictureQuality = new Quality(100),
                    Radius = new Radius(0),
                }
            )
        );
}
